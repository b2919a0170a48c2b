using Npgsql;
using NpgsqlTypes;
using Roost.Servers;

namespace Roost.Benchmarks.Floor;

/// <summary>Durable commits (synchronous_commit as the server has it), one connection per client, prepared statements.</summary>
static class PostgresFloor
{
    const int Units = 20_000;

    public static Task CreateTables(Postgres.Database database) => database.Execute(
        """
        create table commits (id bigint generated always as identity primary key, body text not null);
        create table nights (
            unit_id  int not null,
            night    date not null,
            booked   int not null,
            capacity int not null,
            primary key (unit_id, night),
            check (booked >= 0 and booked <= capacity)
        );
        create table claims (id uuid primary key, unit_id int not null, stay daterange not null);
        """);

    public static Task<Speed> Commit(Postgres.Database database, int clients, CancellationToken ct) => Measure(database, clients,
        "insert into commits (body) values ($1)",
        (command, _) => command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = new string('x', 100) }),
        (_, _) => { }, ct);

    /// <summary>Three nights of one unit and the claim on them; units are many, so clients rarely meet.</summary>
    public static Task<Speed> Claim(Postgres.Database database, int clients, CancellationToken ct) => Measure(database, clients,
        """
        with taken as (
            insert into nights (unit_id, night, booked, capacity)
            select $2, $3 + n, 1, 1000000 from generate_series(0, 2) n
            on conflict (unit_id, night) do update set booked = nights.booked + 1
            returning night
        )
        insert into claims (id, unit_id, stay) select $1, $2, daterange(min(night), max(night) + 1) from taken
        """,
        (command, _) =>
        {
            command.Parameters.Add(new NpgsqlParameter<Guid>());
            command.Parameters.Add(new NpgsqlParameter<int>());
            command.Parameters.Add(new NpgsqlParameter<DateOnly>());
        },
        (command, random) =>
        {
            ((NpgsqlParameter<Guid>)command.Parameters[0]).TypedValue = Guid.NewGuid();
            ((NpgsqlParameter<int>)command.Parameters[1]).TypedValue = random.Next(Units);
            ((NpgsqlParameter<DateOnly>)command.Parameters[2]).TypedValue = new DateOnly(2027, 1, 1).AddDays(random.Next(360));
        }, ct);

    static async Task<Speed> Measure(Postgres.Database database, int clients, string sql,
        Action<NpgsqlCommand, Random> prepare, Action<NpgsqlCommand, Random> next, CancellationToken ct)
    {
        var connections = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < clients; i++) connections.Add(await database.Open());
            return await Load.Of(clients, async client =>
            {
                var random = new Random(client);
                var command = new NpgsqlCommand(sql, connections[client]);
                prepare(command, random);
                next(command, random);
                await command.PrepareAsync(ct);
                return () =>
                {
                    next(command, random);
                    return command.ExecuteNonQueryAsync(ct);
                };
            }, ct);
        }
        finally
        {
            foreach (var connection in connections) await connection.DisposeAsync();
        }
    }
}
