using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

public sealed class When_the_calendar_runs
{
    [Test]
    public async Task Commands_are_answered_to_whoever_sent_them_and_changes_are_published()
    {
        await using var calendar = await CalendarAtWork.Start();
        var home = await calendar.Unit(UnitKind.Home, capacity: 1);
        var (hold, rival, entry) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        await calendar.Outsider.Send(new HoldNights(hold, [new(home, June(1), June(4), 1)], TimeSpan.FromMinutes(15)));
        await calendar.Outsider.Hears<NightsHeld>(h => h.HoldId == hold);
        await calendar.Outsider.Hears<NightsChanged>(e => (e.UnitId, e.From, e.To, e.Version) == (home, June(1), June(4), 2));
        await calendar.Outsider.Send(new ConfirmNights(hold));
        await calendar.Outsider.Hears<NightsConfirmed>();
        await calendar.Outsider.Send(new HoldNights(rival, [new(home, June(3), June(5), 1)], TimeSpan.FromMinutes(15)));
        Assert.That(await calendar.Outsider.Hears<NightsRefused>(), Is.EqualTo(new NightsRefused(rival, "nights_unavailable", home, June(3))));

        await calendar.Outsider.Send(new WatchNights(entry, new(home, June(2), June(4), 1), 0, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(15)));
        await Eventually.Is(async () => await calendar.Database.Value<long>("select count(*) from calendar.watchers") == 1);
        await calendar.Outsider.Send(new ReleaseNights(hold));
        Assert.That((await calendar.Outsider.Hears<NightsOffered>()).EntryId, Is.EqualTo(entry));

        await Eventually.Is(async () => await calendar.Database.Value<long>("select count(*) from calendar.outgoing") == 0);
        Assert.That(await calendar.Violations(), Is.Empty);
    }

    [Test] // P-22: the sweeper of the running process tells the waitlist of nights that nobody asked for
    public async Task Lapsed_nights_reach_the_waitlist_by_themselves()
    {
        await using var calendar = await CalendarAtWork.Start();
        var home = await calendar.Unit(UnitKind.Home, capacity: 1);
        var (hold, entry) = (Guid.NewGuid(), Guid.NewGuid());
        await calendar.Outsider.Send(new HoldNights(hold, [new(home, June(1), June(4), 1)], TimeSpan.FromSeconds(2)));
        await calendar.Outsider.Hears<NightsHeld>();

        await calendar.Outsider.Send(new WatchNights(entry, new(home, June(2), June(4), 1), 0, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(15)));

        Assert.That((await calendar.Outsider.Hears<NightsOffered>()).EntryId, Is.EqualTo(entry));
    }
}
