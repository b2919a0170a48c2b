using System.Diagnostics;
using Roost.Benchmarks.Floor;
using Roost.Servers;

namespace Roost.Benchmarks.Bus;

/// <summary>
/// What the bus costs: a queue that was filled beforehand is emptied as fast as it goes; then messages come at a third of that rate, and each is
/// timed from before it is sent until it is handled. Beside each figure the bare client or the bare database of the same run.
/// </summary>
public sealed class BusSuite : ISuite
{
    static readonly int[] concurrencies = [1, 8, 32];
    static readonly TimeSpan longest = TimeSpan.FromSeconds(60);
    static readonly TimeSpan paced = TimeSpan.FromSeconds(3);

    public string Name => "bus";
    public string About => "empty handler, outbox, saga of two messages, publish to three, delayed";

    /// <param name="Trips">How often a message goes through the broker before it is timed; and between those, how often something is committed.</param>
    sealed record Kind(
        string Name, bool Durable, Func<object> Message, Action<EndpointConfiguration> Describe, int Messages, int Trips = 1, int Commits = 0);

    /// <summary>What the bare client and the bare database take for one of each, one at a time.</summary>
    sealed record Waits(Speed Trip, Speed Commit)
    {
        public double For(double part, int trips = 1, int commits = 0) => trips * Trip.Percentile(part) + commits * Commit.Percentile(part);
    }

    static readonly Kind[] kinds =
    [
        new("empty", false, () => new Nothing { SentAt = Stopwatch.GetTimestamp() }, it => it.AddHandler<NothingHandler>(), 20_000),
        new("outbox", true, () => new Insert { Id = Guid.CreateVersion7(), SentAt = Stopwatch.GetTimestamp() }, it => it.AddHandler<InsertHandler>(), 6_000),
        new("saga", true, () => new BeginOrder { OrderId = Guid.CreateVersion7(), SentAt = Stopwatch.GetTimestamp() }, it => it.AddSaga<OrderSaga>(), 4_000, Trips: 2, Commits: 1),
    ];

    public async Task Run(Findings findings, CancellationToken ct)
    {
        await using var database = await Postgres.NewDatabase("bus");
        await database.Execute("create table inserts (id uuid primary key)");
        await PostgresFloor.CreateTables(database);
        var (consume, publish) = await RabbitFloors(ct);
        var waits = new Waits(await RabbitWaits.RoundTrip(ct), await PostgresFloor.Commit(database, clients: 1, ct));
        foreach (var concurrency in concurrencies)
        {
            var commits = (await PostgresFloor.Commit(database, concurrency, ct)).PerSecond;
            foreach (var kind in kinds)
            {
                // A single worker is bound by round trips: fewer messages say the same.
                var messages = concurrency == 1 ? kind.Messages / 8 : kind.Messages;
                await Measure(findings, kind, concurrency, messages, kind.Durable ? commits : consume, waits, database, ct);
            }
            await Publish(findings, concurrency, publish, waits, database, ct);
        }
        await Delayed(findings, database, ct);
    }

    static async Task<(double Consume, double Publish)> RabbitFloors(CancellationToken ct)
    {
        await using var vhost = await Rabbit.NewVhost("floor");
        var (published, perSecond) = await RabbitFloor.Publish(vhost, Load.Duration, ct);
        return (await RabbitFloor.Consume(vhost, published, ct), perSecond);
    }

    static async Task Measure(Findings findings, Kind kind, int concurrency, int messages, double baseline, Waits waits,
        Postgres.Database database, CancellationToken ct)
    {
        await using var vhost = await Rabbit.NewVhost("bus");
        var now = new Now();
        // Once with installers, so that queue and tables are there; stopped again, so that the queue can fill.
        await (await Start()).DisposeAsync();
        await using (var sender = await BenchEndpoint.Start("filler", vhost.Amqp, database, 1, now, durable: false, it => it.SendOnly(), ct))
            await Send(sender.Bus, kind, messages, ct);

        now.Counter = new(messages);
        var watch = Stopwatch.StartNew();
        await using var endpoint = await Start();
        var handledAtStart = now.Counter.Handled;
        watch.Restart();
        await Task.WhenAny(now.Counter.All, Task.Delay(longest, ct));
        var perSecond = (now.Counter.Handled - handledAtStart) / watch.Elapsed.TotalSeconds;

        now.Counter = new(int.MaxValue);
        await SendPaced(endpoint.Bus, kind, perSecond / 3, ct);
        findings.Add(kind.Name, perSecond, kind.Name == "saga" ? "sagas/s" : "msg/s", new { concurrency }, baseline);
        findings.Add($"{kind.Name} latency p50", now.Counter.Percentile(0.50), "ms", new { concurrency }, waits.For(0.50, kind.Trips, kind.Commits));
        findings.Add($"{kind.Name} latency p99", now.Counter.Percentile(0.99), "ms", new { concurrency }, waits.For(0.99, kind.Trips, kind.Commits));

        Task<BenchEndpoint> Start() => BenchEndpoint.Start("bench", vhost.Amqp, database, concurrency, now, kind.Durable, kind.Describe, ct);
    }

    static async Task Send(IMessageSession bus, Kind kind, int messages, CancellationToken ct) =>
        await Parallel.ForAsync(0, messages, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = ct },
            async (_, token) => await bus.Send("bench", kind.Message(), token));

    static async Task SendPaced(IMessageSession bus, Kind kind, double perSecond, CancellationToken ct)
    {
        var sent = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < paced)
        {
            while (sent.Count < elapsed.TotalSeconds * perSecond) sent.Add(bus.SendLocal(kind.Message(), ct));
            await Task.Delay(1, ct);
        }
        await Task.WhenAll(sent);
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
    }

    static async Task Publish(Findings findings, int concurrency, double baseline, Waits waits, Postgres.Database database, CancellationToken ct)
    {
        const int Events = 3_000;
        const int Subscribers = 3;
        await using var vhost = await Rabbit.NewVhost("bus");
        var now = new Now();
        var subscribers = new List<BenchEndpoint>();
        try
        {
            for (var i = 0; i < Subscribers; i++)
                subscribers.Add(await BenchEndpoint.Start($"subscriber{i}", vhost.Amqp, database, concurrency, now, durable: false, it => it.AddHandler<HappenedHandler>(), ct));

            now.Counter = new(Events * Subscribers);
            var watch = Stopwatch.StartNew();
            await Parallel.ForAsync(0, Events, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = ct },
                async (_, token) => await subscribers[0].Bus.Publish(new Happened { SentAt = Stopwatch.GetTimestamp() }, token));
            await Task.WhenAny(now.Counter.All, Task.Delay(longest, ct));
            findings.Add("publish", now.Counter.Handled / (double)Subscribers / watch.Elapsed.TotalSeconds, "events/s", new { concurrency, subscribers = Subscribers }, baseline);
            findings.Add("publish latency p50", now.Counter.Percentile(0.50), "ms", new { concurrency }, waits.For(0.50));
            findings.Add("publish latency p99", now.Counter.Percentile(0.99), "ms", new { concurrency }, waits.For(0.99));
        }
        finally
        {
            foreach (var subscriber in subscribers) await subscriber.DisposeAsync();
        }
    }

    static async Task Delayed(Findings findings, Postgres.Database database, CancellationToken ct)
    {
        const int Messages = 200;
        var delay = TimeSpan.FromSeconds(2);
        var bare = await RabbitWaits.Delayed(delay, Messages, ct);
        await using var vhost = await Rabbit.NewVhost("bus");
        var now = new Now { Counter = new(Messages) };
        await using var endpoint = await BenchEndpoint.Start("bench", vhost.Amqp, database, 8, now, durable: false, it => it.AddHandler<NothingHandler>(), ct);
        for (var i = 0; i < Messages; i++)
        {
            var options = new SendOptions();
            options.DelayDeliveryWith(delay);
            options.RouteToThisEndpoint();
            await endpoint.Bus.Send(new Nothing { SentAt = Stopwatch.GetTimestamp() }, options, ct);
        }
        await Task.WhenAny(now.Counter.All, Task.Delay(longest, ct));
        findings.Add("delayed by 2 s, late p50", now.Counter.Percentile(0.50) - delay.TotalMilliseconds, "ms", baseline: bare.Percentile(0.50));
        findings.Add("delayed by 2 s, late p99", now.Counter.Percentile(0.99) - delay.TotalMilliseconds, "ms", baseline: bare.Percentile(0.99));
    }
}
