using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// Many clients at several desks want the same nights at the same moment. The same bodies run on the calendar as it is, where they pass, and without its guards, where
/// they must not.
/// </summary>
sealed class Race(TestCalendar calendar, FrontDesk[] desks)
{
    const int Clients = 200;

    public async Task ForAHome(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var home = await calendar.Home();
            var (stays, history) = await Run(home, round, client => (June(1 + (client + round) % 9), 1 + client % 5, 1));

            Assert.That(stays.SelectMany(s => s.Nights()), Is.Unique, $"round {round}");
            await IsLegal(history, home, capacity: 1);
        }
    }

    /// <summary>Everybody wants one night, with others before and after it: one gets it, and 199 are told that it is gone.</summary>
    public async Task ForOneNight(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var home = await calendar.Home();
            var (stays, history) = await Run(home, round, client => (June(10 - client % 4), client % 4 + 1 + (client + round) % 3, 1));

            Assert.That(stays, Has.Count.EqualTo(1), $"round {round}");
            Assert.That(history.Operations.Count(it => it.Result != "ok"), Is.EqualTo(Clients - 1), $"round {round}");
            var live = await calendar.Database.Value<long>($"select count(*) from calendar.claims where unit_id = '{home}' and state = 'live'");
            Assert.That(live, Is.EqualTo(1), $"round {round}");
        }
    }

    public async Task ForSevenRooms(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var room = await calendar.Unit(UnitKind.RoomType, capacity: 7);
            var (stays, history) = await Run(room, round, client => (June(1 + client % 4), 1 + client % 3, 1 + client % 2));

            var mostOnOneNight = await calendar.Database.Value<int>($"select max(held) from calendar.night_view where unit_id = '{room}'");
            Assert.That(mostOnOneNight, Is.EqualTo(7), $"round {round}: {stays.Count} stays");
            await IsLegal(history, room, capacity: 7);
        }
    }

    public async Task ForAThousandTickets()
    {
        var ticket = await calendar.Unit(UnitKind.Ticket, capacity: 1000, but: unit => unit with { TicketDate = June(20) });

        var answers = await Task.WhenAll(Enumerable.Range(0, 3000).Select(client => Task.Run(() => calendar.Tell(
            new HoldNights(Guid.CreateVersion7(), [new(ticket, June(20), June(21), 1)], TimeSpan.FromMinutes(10)), desks[client % desks.Length]))));

        Assert.That(answers.Count(a => a is NightsHeld), Is.EqualTo(1000));
        Assert.That(await calendar.Database.Value<int>($"select held from calendar.night_view where unit_id = '{ticket}'"), Is.EqualTo(1000));
    }

    async Task<(List<Stay> Held, History History)> Run(Guid unit, int round, Func<int, (DateOnly CheckIn, int Nights, int Quantity)> wish)
    {
        var history = new History();
        List<Stay> held = [];
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var racing = Enumerable.Range(0, Clients).Select(async client =>
        {
            await start.Task;
            var (checkIn, nights, quantity) = wish(client);
            var stay = Stay.Of(checkIn, nights);
            var call = history.Now;
            var answer = await calendar.Tell(new HoldNights(
                Guid.CreateVersion7(), [new(unit, stay.CheckIn, stay.CheckOut, quantity)], TimeSpan.FromMinutes(15)), desks[(client + round) % desks.Length]);
            if (answer is not NightsHeld) Assert.That(WhyNot(answer), Is.EqualTo("nights_unavailable"));
            history.Took(client, $"{unit}", stay.Nights(), quantity, answer is NightsHeld, call);
            if (answer is NightsHeld) lock (held) held.Add(stay);
        }).ToList();
        start.SetResult();
        await Task.WhenAll(racing).WaitAsync(TimeSpan.FromMinutes(1));
        return (held, history);
    }

    public static async Task IsLegal(History history, Guid unit, int capacity)
    {
        var capacities = new Dictionary<string, int> { [$"{unit}"] = capacity };
        Assert.That(HistoryChecker.Problem(history.Operations, capacities), Is.Null);
        if (Tools.Path("history-check/history-check") is null) return;
        var (exitCode, output) = await history.JudgedByTool(capacities);
        Assert.That(exitCode, Is.Zero, output);
    }
}
