using static Roost.Faults.Tests.Racing;

namespace Roost.Faults.Tests;

/// <summary>
/// Over HTTP, against the started product, with Redis off: whoever wins, no night is sold twice, none stays unsold that somebody wanted, and each loser is told so.
/// P-11, P-12, P-16, P-25.
/// </summary>
public sealed class When_many_want_the_same_nights
{
    const int Clients = 20;
    static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(90);
    Marketplace marketplace = null!;
    Person host = null!;
    Person[] guests = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        marketplace = await Marketplace.Open("races");
        host = await marketplace.SignUp("host");
        guests = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => marketplace.SignUp($"guest{i}")));
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (marketplace is not null) await marketplace.DisposeAsync();
    }

    [TearDown]
    public Task Every_invariant_holds() => marketplace.HoldOnceAtRest(SettlesWithin);

    [Test]
    public async Task Of_overlapping_stays_in_one_home_exactly_one_is_confirmed()
    {
        const int rounds = 3;
        var home = new Racing(marketplace, await host.Sells("home", capacity: 1), guests);
        var random = new Random(1);
        var winners = new List<Guid>();

        for (var round = 0; round < rounds; round++)
        {
            var middle = FarAhead.AddDays(14 * round); // a night that everybody wants
            var won = await home.Race([.. Enumerable.Range(0, Clients).Select(_ => new Wish(middle.AddDays(-random.Next(0, 5)), middle.AddDays(random.Next(1, 6))))]);
            Assert.That(won, Has.Count.EqualTo(1), $"round {round}");
            winners.AddRange(won);
        }

        Assert.That(await home.Booked(), Is.EquivalentTo(winners));
        await home.HistoryIsLegal(capacity: 1);
    }

    [Test]
    public async Task Seven_rooms_of_a_type_take_seven_guests()
    {
        var room = new Racing(marketplace, await host.Sells("hotel", capacity: 7), guests);

        var won = await room.Race([.. Enumerable.Repeat(new Wish(FarAhead, FarAhead.AddDays(3)), Clients)]);

        Assert.That(won, Has.Count.EqualTo(7));
        Assert.That(await room.Booked(), Is.EquivalentTo(won));
        Assert.That(await room.BookedPerNight(), Is.EqualTo([7, 7, 7]));
        await room.HistoryIsLegal(capacity: 7);
    }

    [Test]
    public async Task Two_hundred_tickets_are_sold_to_the_last_one()
    {
        const int each = 5;
        var ticket = new Racing(marketplace, await host.Sells("event", capacity: 200, FarAhead), guests);

        var won = await ticket.Race([.. Enumerable.Repeat(new Wish(FarAhead, FarAhead.AddDays(1), each), 50)]);

        Assert.That(won, Has.Count.EqualTo(200 / each));
        Assert.That(await ticket.BookedPerNight(), Is.EqualTo([200]));
        await ticket.HistoryIsLegal(capacity: 200);
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
