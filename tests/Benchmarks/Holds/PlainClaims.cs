using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>
/// The plain way: one transaction for each claim, on the same tables with the same constraint. By pgbench where it is installed, which
/// costs the machine less than any client of ours; else by our own. The best of several numbers of clients counts.
/// </summary>
static partial class PlainClaims
{
    const int Seconds = 4;
    static readonly int[] ClientCounts = [4, 16, 32];

    public static async Task<(double PerSecond, string By)> PerSecond(Postgres.Database database, Guid[] units, CancellationToken ct)
    {
        await database.Execute("create table if not exists wanted (n int primary key, unit_id uuid not null); truncate wanted;");
        await database.Execute(
            $"insert into wanted select n, id from unnest('{{{string.Join(',', units)}}}'::uuid[]) with ordinality as u (id, n)");
        var best = 0.0;
        var program = PgBench();
        foreach (var clients in ClientCounts)
        {
            var perSecond = program is null ? await ByUs(database, units, clients, ct) : await ByPgBench(program, database, units, clients, ct);
            best = Math.Max(best, perSecond);
        }
        return (best, program is null ? "npgsql" : "pgbench");
    }

    static string Sql(string unit, string day) =>
        $"""
        with taken as (
            insert into calendar.nights (unit_id, night, capacity, held)
            select u.unit_id, current_date + 100 + {day}::int + i, 1000000000, 1
            from wanted u, generate_series(0, 2) i where u.n = {unit}::int
            on conflict (unit_id, night) do update set held = calendar.nights.held + 1
            returning unit_id, night)
        insert into calendar.claims (id, line, unit_id, stay, quantity, kind, state, expires_at)
        select gen_random_uuid(), 0, unit_id, daterange(min(night), max(night) + 1), 1, 'hold', 'live', now() + interval '15 minutes'
        from taken group by unit_id
        """;

    static async Task<double> ByPgBench(string program, Postgres.Database database, Guid[] units, int clients, CancellationToken ct)
    {
        var script = Path.GetTempFileName();
        try
        {
            var lastDay = units.Length == 1 ? 0 : 359;
            await File.WriteAllTextAsync(script,
                $"\\set unit random(1, {units.Length})\n\\set day random(0, {lastDay})\n{Sql(":unit", ":day").ReplaceLineEndings(" ")};\n", ct);
            var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            await using var running = ChildProcess.Start(program,
                [
                    "-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", "-T", $"{Seconds}", "-f", script,
                    "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, database.Name,
                ],
                new Dictionary<string, string?> { ["PGPASSWORD"] = server.Password });
            await running.WaitForExit(TimeSpan.FromSeconds(Seconds + 30));
            return Tps.Match(running.Output) is { Success: true } tps
                ? double.Parse(tps.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench said: {running.Output}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    static async Task<double> ByUs(Postgres.Database database, Guid[] units, int clients, CancellationToken ct)
    {
        await using var connections = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 1 });
        var speed = await Load.Of(clients, client =>
        {
            var random = new Random(client);
            return Task.FromResult<Func<Task>>(async () =>
            {
                await using var command = connections.CreateCommand(Sql("@unit", "@day"));
                command.Parameters.AddWithValue("unit", random.Next(units.Length) + 1);
                command.Parameters.AddWithValue("day", units.Length == 1 ? 0 : random.Next(360));
                await command.ExecuteNonQueryAsync(ct);
            });
        }, ct, TimeSpan.FromSeconds(Seconds));
        return speed.PerSecond;
    }

    static string? PgBench() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => $"{version}/bin")
            : [])
        .Select(folder => Path.Combine(folder, "pgbench")).LastOrDefault(File.Exists);

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    static partial Regex Tps { get; }
}
