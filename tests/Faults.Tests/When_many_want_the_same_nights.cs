using System.Diagnostics;
using static Roost.Faults.Tests.Racing;

namespace Roost.Faults.Tests;

/// <summary>
/// Over HTTP, against the started product, with Redis off: whoever wins, no night is sold twice, none stays unsold that somebody wanted, and each loser is told so.
/// P-11, P-12, P-25. ROOST_TEST_ROUNDS makes the races longer: 50 is their full size.
/// </summary>
public sealed class When_many_want_the_same_nights
{
    const int Clients = 200;
    static readonly int Rounds = Given.Number("ROOST_TEST_ROUNDS") ?? 2;
    static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(120);
    Marketplace marketplace = null!;
    Person host = null!;
    Person[] guests = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        marketplace = await Marketplace.Open("races");
        host = await marketplace.SignUp("host");
        guests = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => marketplace.SignUp($"guest{i}")));
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (marketplace is not null) await marketplace.DisposeAsync();
    }

    [TearDown]
    public Task Every_invariant_holds() => marketplace.HoldOnceAtRest(SettlesWithin);

    [Test]
    public async Task Of_overlapping_stays_in_one_home_one_is_confirmed_and_199_get_409()
    {
        const int roundsInOneHome = 10; // as many as it has nights for
        Racing home = null!;
        var random = new Random(1);
        var watch = Stopwatch.StartNew();

        for (var round = 0; round < Rounds; round++)
        {
            var nth = round % roundsInOneHome;
            home = nth == 0 ? new Racing(marketplace, await host.Sells("home", capacity: 1), guests) : home.NextRound();
            var middle = FarAhead.AddDays(14 * nth); // a night that everybody wants
            var won = await home.Race([.. Enumerable.Range(0, Clients).Select(_ => new Wish(middle.AddDays(-random.Next(0, 5)), middle.AddDays(random.Next(1, 6))))]);

            Assert.That(won, Has.Count.EqualTo(1), $"round {round}");
            Assert.That(await home.Booked(), Has.Count.EqualTo(nth + 1).And.SupersetOf(won), $"round {round}");
            await home.HistoryIsLegal(capacity: 1);
        }
        TestContext.Out.WriteLine($"{Rounds} rounds of {Clients} clients: {watch.Elapsed.TotalSeconds:0} s");
    }

    [Test]
    public async Task Seven_rooms_of_a_type_are_never_given_to_eight()
    {
        const int capacity = 7;
        var random = new Random(2);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            var room = new Racing(marketplace, await host.Sells("hotel", capacity), guests);
            var won = await room.Race([.. Enumerable.Range(0, Clients).Select(_ => FarAhead.AddDays(random.Next(0, 3)))
                .Select(checkIn => new Wish(checkIn, checkIn.AddDays(random.Next(1, 4)), Quantity: random.Next(1, 3)))]);

            Assert.That(await room.Booked(), Is.EquivalentTo(won), $"round {round}");
            Assert.That((await room.BookedPerNight()).Max(), Is.EqualTo(capacity), $"round {round}");
            await room.HistoryIsLegal(capacity);
        }
        TestContext.Out.WriteLine($"{Rounds} rounds of {Clients} clients: {watch.Elapsed.TotalSeconds:0} s");
    }

    [Test]
    public async Task Of_a_thousand_tickets_exactly_a_thousand_are_sold()
    {
        const int tickets = 1000;
        var each = Rounds < 50 ? 10 : 1;
        var ticket = new Racing(marketplace, await host.Sells("event", capacity: tickets, FarAhead), guests);
        var watch = Stopwatch.StartNew();

        var won = await ticket.Race([.. Enumerable.Repeat(new Wish(FarAhead, FarAhead.AddDays(1), each), tickets / each * 6 / 5)]);

        Assert.That(won, Has.Count.EqualTo(tickets / each));
        Assert.That(await ticket.BookedPerNight(), Is.EqualTo([tickets]));
        await ticket.HistoryIsLegal(tickets);
        TestContext.Out.WriteLine($"{tickets / each * 6 / 5} buyers: {watch.Elapsed.TotalSeconds:0} s");
    }

    [Test]
    public async Task Nights_that_come_back_are_sold_again_and_never_twice()
    {
        const int turns = 3;
        var room = new Racing(marketplace, await host.Sells("hotel", capacity: 2), guests);
        var random = new Random(2);
        var kept = new List<Guid>();
        var wishes = Enumerable.Range(0, 10 * turns)
            .Select(_ => FarAhead.AddDays(random.Next(0, 6))).Select(checkIn => new Wish(checkIn, checkIn.AddDays(random.Next(1, 4)))).Chunk(turns).ToArray();
        var quotes = await Task.WhenAll(wishes.Select((mine, client) =>
            Task.WhenAll(mine.Select(wish => room.Quote(client, wish)))));

        await Task.WhenAll(wishes.Select(async (mine, client) =>
        {
            for (var turn = 0; turn < turns; turn++)
            {
                if (await room.Book(client, mine[turn], quotes[client][turn]) is not { } booking) continue;
                if (turn < turns - 1) await room.Cancel(client, mine[turn], booking);
                else lock (kept) kept.Add(booking);
            }
        }));

        Assert.That(await room.Booked(), Is.EquivalentTo(kept));
        await room.HistoryIsLegal(capacity: 2);
    }
}
