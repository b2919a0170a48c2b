using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// kill -9 at random instants while commands are handled. The endpoint has no outbox: that each command takes effect once, is answered, and
/// that everybody hears of every change, rests on the claims and on the events written with them.
/// </summary>
public sealed class When_the_calendar_is_killed
{
    const int Bookings = 400, Kills = 4;

    [Test]
    public async Task Every_command_takes_effect_once_and_is_answered_and_every_change_is_heard()
    {
        await using var calendar = await CalendarAtWork.Start();
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 30);
        var random = new Random(7);
        var holds = Enumerable.Range(0, Bookings).Select(_ => Guid.CreateVersion7()).ToList();

        var killing = KillAndStartAgain(calendar);
        foreach (var hold in holds)
        {
            var checkIn = June(random.Next(1, 25));
            await calendar.Outsider.Send(new HoldNights(hold, [new(room, checkIn, checkIn.AddDays(random.Next(1, 4)), 1)], TimeSpan.FromHours(1)));
        }
        await Answered<NightsHeld, NightsRefused>(h => h.HoldId, r => r.HoldId, holds);
        var held = calendar.Outsider.Heard.OfType<NightsHeld>().Select(h => h.HoldId).Distinct().ToList();
        var (kept, cancelled) = (held.Where((_, i) => i % 2 == 0).ToList(), held.Where((_, i) => i % 2 == 1).ToList());
        foreach (var hold in kept) await calendar.Outsider.Send(new ConfirmNights(hold));
        foreach (var hold in cancelled) await calendar.Outsider.Send(new ReleaseNights(hold));
        await Answered<NightsConfirmed, NightsLost>(c => c.HoldId, l => l.HoldId, kept);
        await Answered<NightsReleased, NightsReleased>(r => r.HoldId, r => r.HoldId, cancelled);
        await killing;

        Assert.That(await Claims("booking live"), Is.EquivalentTo(kept));
        Assert.That(await Claims("hold given_back"), Is.EquivalentTo(cancelled));
        // A copy of a hold that comes after its nights were given back is told so: the one answer that may follow another.
        Assert.That(calendar.Outsider.Heard.OfType<NightsRefused>().Where(r => r.Reason == "given_back").Select(r => r.HoldId), Is.SubsetOf(cancelled));
        Assert.That(calendar.Outsider.Heard.Where(h => h is NightsHeld or NightsRefused { Reason: not "given_back" }).Distinct().Count(), Is.EqualTo(Bookings),
            "one answer each, however often it came");
        Assert.That(await calendar.Violations(), Is.Empty);
        await EveryVersionIsHeard();

        Task Answered<TYes, TNo>(Func<TYes, Guid> yes, Func<TNo, Guid> no, List<Guid> ids) => Eventually.Sees(
            () =>
            {
                var heard = calendar.Outsider.Heard;
                var answered = heard.OfType<TYes>().Select(yes).Concat(heard.OfType<TNo>().Select(no)).ToHashSet();
                return Task.FromResult(ids.Count(id => !answered.Contains(id)));
            },
            unanswered => unanswered == 0, TimeSpan.FromSeconds(120), $"{typeof(TYes).Name}: unanswered");

        Task<List<Guid>> Claims(string state) =>
            calendar.Database.Values<Guid>($"select id from calendar.claims where kind || ' ' || state = '{state}'");

        async Task EveryVersionIsHeard()
        {
            var last = await calendar.Database.Value<long>($"select version from calendar.unit_view where unit_id = '{room}'");
            await Eventually.Sees(
                () => Task.FromResult(Enumerable.Range(1, (int)last).Select(v => (long)v)
                    .Except(calendar.Outsider.Heard.OfType<NightsChanged>().Where(e => e.UnitId == room).Select(e => e.Version)).Count()),
                missing => missing == 0, TimeSpan.FromSeconds(60), $"changes of {last} that nobody heard of");
        }
    }

    static async Task KillAndStartAgain(CalendarAtWork calendar)
    {
        var random = new Random(3);
        for (var kill = 0; kill < Kills; kill++)
        {
            var answers = calendar.Outsider.Heard.Count + random.Next(5, 120);
            // At a random point of the work, or after a moment when there is none left.
            try { await Eventually.Is(() => calendar.Outsider.Heard.Count >= answers, TimeSpan.FromSeconds(5)); }
            catch (AssertionException) { }
            await calendar.Process.Kill();
            await calendar.StartProcess();
        }
    }
}
