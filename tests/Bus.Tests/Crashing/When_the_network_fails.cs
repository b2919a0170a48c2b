using Npgsql;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Crashing;

/// <summary>
/// Between the endpoints and their broker, and between them and their database, there is a wire that a test can cut, stall, half-open or
/// slow down. It heals, and by then every trip has happened once (P-65, P-66).
/// </summary>
[Parallelizable]
public sealed class When_the_network_fails
{
    /// <summary>Shorter than the default so that the test is; a silent connection is given up after three to four of these.</summary>
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BrokerIsGivenUp = Heartbeat * 6;
    const int StatementMayTakeSeconds = 1;
    static readonly TimeSpan StatementIsGivenUp = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Felt = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ToHeal = TimeSpan.FromSeconds(40);

    Toxiproxy? proxies;
    Toxiproxy.Proxy toBroker = null!;
    Toxiproxy.Proxy toDatabase = null!;
    World? world;
    Trips? trips;

    /// <summary>One pair of endpoints lives through all of it.</summary>
    [OneTimeSetUp]
    public async Task Wires()
    {
        proxies = await Toxiproxy.Start();
        world = await World.Create("network");
        var database = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString);
        toBroker = await proxies.Before($"{Rabbit.Broker.Host}:{Rabbit.Broker.Port}");
        toDatabase = await proxies.Before($"{database.Host}:{database.Port}");
        var impatient = new NpgsqlConnectionStringBuilder(world.Database.Through(toDatabase.Host, toDatabase.Port))
        {
            Timeout = 2,
            CommandTimeout = StatementMayTakeSeconds,
            CancellationTimeout = 500,
        };
        trips = await Trips.In(world, new(world.Broker.Through(toBroker.Host, toBroker.Port), impatient.ConnectionString, Heartbeat: Heartbeat));
    }

    [OneTimeTearDown]
    public async Task Gone()
    {
        if (trips is not null) await trips.DisposeAsync();
        if (world is not null) await world.DisposeAsync();
        if (proxies is not null) await proxies.DisposeAsync();
    }

    [SetUp]
    public Task Traffic() => trips!.SetOut();

    [TearDown]
    public async Task Wired()
    {
        foreach (var wire in new[] { toBroker, toDatabase })
        {
            await wire.Restore();
            await wire.Heal();
        }
    }

    [Test]
    public Task A_broker_that_is_cut_off_comes_back() => Heals(toBroker.Cut, Felt, toBroker.Restore);

    [Test]
    public Task A_broker_whose_connections_are_reset_comes_back() => Heals(toBroker.Reset, Felt, toBroker.Heal);

    /// <summary>No byte moves and no end is told; only the missing heartbeat tells.</summary>
    [Test]
    public Task A_broker_that_stalls_comes_back() => Heals(() => toBroker.Stall(), BrokerIsGivenUp, toBroker.Heal);

    /// <summary>What we say arrives, what the broker says does not: what was confirmed is sent again.</summary>
    [Test]
    public Task A_broker_that_hears_but_is_not_heard_comes_back() => Heals(toBroker.StallAnswers, BrokerIsGivenUp, toBroker.Heal);

    [Test]
    public Task A_broker_far_away_is_only_slow() => Bears(() => toBroker.Latency(milliseconds: 150, jitter: 50));

    [Test]
    public Task A_broker_on_a_narrow_wire_is_only_slow() => Bears(() => toBroker.Bandwidth(kilobytesPerSecond: 40));

    [Test]
    public Task A_database_that_is_cut_off_comes_back() => Heals(toDatabase.Cut, Felt, toDatabase.Restore);

    [Test]
    public Task A_database_whose_connections_are_reset_comes_back() => Heals(toDatabase.Reset, Felt, toDatabase.Heal);

    [Test]
    public Task A_database_that_stalls_comes_back() => Heals(() => toDatabase.Stall(), StatementIsGivenUp, toDatabase.Heal);

    /// <summary>Commits are done and we are not told: the message comes again and finds itself processed.</summary>
    [Test]
    public Task A_database_that_hears_but_is_not_heard_comes_back() => Heals(toDatabase.StallAnswers, StatementIsGivenUp, toDatabase.Heal);

    [Test]
    public Task A_database_far_away_is_only_slow() => Bears(() => toDatabase.Latency(milliseconds: 60, jitter: 20));

    async Task Heals(Func<Task> fault, TimeSpan lasts, Func<Task> heal)
    {
        await fault();
        await trips!.Stand(lasts);
        await heal();

        await trips.Flow(ToHeal);
        await trips.EachHappenedOnce();
    }

    async Task Bears(Func<Task> fault)
    {
        await fault();

        await trips!.Flow(ToHeal);
        await trips.EachHappenedOnce();
    }
}
