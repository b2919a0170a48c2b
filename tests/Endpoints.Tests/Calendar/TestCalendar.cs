using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Roost.Calendar.Blocking;
using Roost.Calendar.Changing;
using Roost.Calendar.Holding;
using Roost.Calendar.Lapsing;
using Roost.Calendar.Selling;
using Roost.Calendar.Taking;
using Roost.Calendar.Waiting;
using Roost.Contracts;
using Roost.Domain;
using Roost.Platform.Migrating;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// A calendar in a database of its own, spoken to by its commands. When a test is over, every invariant must hold.
/// </summary>
public sealed class TestCalendar : IAsyncDisposable
{
    readonly NpgsqlDataSource connections;
    readonly Registration registration;
    bool isBroken;

    TestCalendar(Postgres.Database database)
    {
        Database = database;
        connections = ClerkDatabase.Open(database.ConnectionString);
        registration = new Registration(connections);
        Clerk = new Clerk(connections, outgoing => Outgoing.Enqueue(outgoing.Events));
        Desk = new FrontDesk(Clerk);
        Sweeper = new Sweeper(connections, Clerk, TimeProvider.System, NullLogger<Sweeper>.Instance);
    }

    public Postgres.Database Database { get; }
    public Clerk Clerk { get; }
    public FrontDesk Desk { get; }
    public Sweeper Sweeper { get; }
    ConcurrentQueue<IReadOnlyList<IEvent>> Outgoing { get; } = new();

    /// <summary>Everything told so far, in the order of the commits.</summary>
    public IEnumerable<IEvent> Told => Outgoing.SelectMany(events => events);

    /// <summary>A date far enough ahead for everybody, the same all through a test.</summary>
    public static DateOnly June(int day) => new DateOnly(DateTime.UtcNow.Year + 1, 6, 1).AddDays(day - 1);

    public static string? WhyNot(IMessage? answer) => (answer as NightsRefused)?.Reason;

    public static async Task<TestCalendar> Open()
    {
        var database = await Postgres.NewDatabase("calendar");
        var migrations = Migration.EmbeddedIn(typeof(Clerk).Assembly);
        await new SchemaMigrator(database.ConnectionString, "calendar", migrations, NullLogger.Instance).Run(CancellationToken.None);
        return new TestCalendar(database);
    }

    public Task<Guid> Home(Func<DefineUnit, DefineUnit>? but = null) => Unit(UnitKind.Home, capacity: 1, but);

    public async Task<Guid> Unit(UnitKind kind, int capacity, Func<DefineUnit, DefineUnit>? but = null)
    {
        var unit = new DefineUnit(
            Guid.CreateVersion7(), ListingId: Guid.CreateVersion7(), HostId: Guid.CreateVersion7(), kind, capacity, HardCap: null, "Europe/Berlin",
            new TimeOnly(15, 0), new TimeOnly(11, 0), MinNights: 1, MaxNights: 60, LeadDays: 0, HorizonDays: 730, TicketDate: null, OnSale: true, Version: 1);
        unit = but?.Invoke(unit) ?? unit;
        await Tell(unit);
        return unit.UnitId;
    }

    /// <summary>Hands the command over as its handler does, and waits for the answer.</summary>
    public async Task<IMessage?> Tell(ICommand command, FrontDesk? at = null)
    {
        if (command is DefineUnit unit) await registration.Register(unit, CancellationToken.None);
        return await (at ?? Desk).Ask(Request(command), CancellationToken.None);
    }

    public Task<IMessage?> Hold(Guid holdId, Guid unitId, DateOnly checkIn, DateOnly checkOut, int quantity = 1, TimeSpan? duration = null, Guid? offer = null) =>
        Tell(new HoldNights(holdId, [new NightsLine(unitId, checkIn, checkOut, quantity)], duration ?? TimeSpan.FromMinutes(15), offer));

    /// <summary>A hold whose deadline is already over, though nobody has noticed yet.</summary>
    public Task<IMessage?> HoldThatHasLapsed(Guid holdId, Guid unitId, DateOnly checkIn, DateOnly checkOut, int quantity = 1) =>
        Hold(holdId, unitId, checkIn, checkOut, quantity, duration: TimeSpan.Zero);

    public async Task<Guid> Booked(Guid unitId, DateOnly checkIn, DateOnly checkOut, int quantity = 1)
    {
        var id = Guid.CreateVersion7();
        await Hold(id, unitId, checkIn, checkOut, quantity);
        Assert.That(await Tell(new ConfirmNights(id)), Is.EqualTo(new NightsConfirmed(id)));
        return id;
    }

    public async Task<int?> Free(Guid unitId, DateOnly night) =>
        await Database.Value<int?>($"select available from calendar.availability('{unitId}', '{night:O}', '{night.AddDays(1):O}')");

    public async Task<string?> State(Guid claimId) =>
        await Database.Value<string>($"select kind || ' ' || state from calendar.claims where id = '{claimId}' and counted limit 1");

    public async Task<string> Counters(Guid unitId) => string.Join(' ', await Database.Values<string>(
        $"select format('%s:%s/%s/%s', night, held, booked, blocked) from calendar.nights where unit_id = '{unitId}' order by night"));

    public Task<List<string>> Violations() => Database.Values<string>("select format('%s: %s %s %s', invariant, unit_id, night, detail) from calendar.invariant_violations");

    /// <summary>Another process with the same database.</summary>
    public FrontDesk AnotherDesk() => new(new Clerk(connections, outgoing => Outgoing.Enqueue(outgoing.Events)));

    /// <summary>The test has taken a guard away and expects the worst.</summary>
    public void IsBrokenOnPurpose() => isBroken = true;

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync();
        try
        {
            if (!isBroken) Assert.That(await Violations(), Is.Empty);
        }
        finally
        {
            Sweeper.Dispose();
            await connections.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    static IRequest Request(ICommand command) => command switch
    {
        HoldNights hold => new Hold(hold),
        ConfirmNights confirm => new Confirm(confirm),
        ExtendHold extend => new Extend(extend),
        ReleaseNights release => new Release(release),
        HoldNightsForChange hold => new HoldForChange(hold),
        MoveNights move => new Move(move),
        BlockNights block => new Block(block),
        UnblockNights unblock => new Unblock(unblock),
        DefineUnit unit => new Define(unit),
        ChangeCapacity capacity => new Capacity(capacity),
        SetPrices prices => new Settings(prices),
        CloseNights closing => new Settings(closing),
        WatchNights watch => new Watch(watch),
        StopWatching stop => new Stop(stop),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };
}
