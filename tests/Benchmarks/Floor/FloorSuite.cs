using Roost.Servers;

namespace Roost.Benchmarks.Floor;

/// <summary>What the machine can do at best, without a line of ours: every later figure stands beside it.</summary>
public sealed class FloorSuite : ISuite
{
    public string Name => "floor";
    public string About => "the bare RabbitMQ client and bare PostgreSQL";

    public async Task Run(Findings findings, CancellationToken ct)
    {
        await using (var vhost = await Rabbit.NewVhost("floor"))
        {
            var (published, perSecond) = await RabbitFloor.Publish(vhost, Load.Duration, ct);
            findings.Add("rabbitmq-publish", perSecond, "msg/s", new { bytes = RabbitFloor.BodyBytes, window = RabbitFloor.Window });
            findings.Add("rabbitmq-consume", await RabbitFloor.Consume(vhost, published, ct), "msg/s", new { bytes = RabbitFloor.BodyBytes, prefetch = RabbitFloor.Prefetch });
        }

        await using var database = await Postgres.NewDatabase("floor");
        await PostgresFloor.CreateTables(database);
        foreach (var clients in new[] { 1, 8, 32 })
        {
            var commits = await PostgresFloor.Commit(database, clients, ct);
            findings.Add("postgres-commit", commits.PerSecond, "tx/s", new { clients });
        }
        foreach (var clients in new[] { 1, 8, 32 })
        {
            var claims = await PostgresFloor.Claim(database, clients, ct);
            findings.Add("postgres-claim", claims.PerSecond, "claims/s", new { clients, nights = 3 });
        }
    }
}
