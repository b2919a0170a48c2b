using Npgsql;
using NServiceBus.Persistence.Sql;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>P-65: each way in which a message can get stuck between its handler and its acknowledgement.</summary>
public sealed class When_something_breaks_half_way
{
    Postgres.Database database = null!;
    Workshop workshop = null!;

    [SetUp]
    public async Task An_endpoint_that_writes_and_sends()
    {
        database = await Postgres.NewDatabase("halfway");
        await database.Execute("create table written (id text not null)");
        workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.AddHandler<WritesAndSends>();
            endpoint.StoreIn(database);
            routing.RouteToEndpoint(typeof(Done), "there");
        });
    }

    [TearDown]
    public async Task End()
    {
        await workshop.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task The_broker_is_gone_after_the_commit()
    {
        workshop.BrokerIsDown = true;
        var first = await Deliver("m1");
        var stored = await database.Value<string>("""select "Operations" -> 0 ->> 'MessageId' from "Workshop_OutboxData" """);
        workshop.BrokerIsDown = false;
        var second = await Deliver("m1");
        var third = await Deliver("m1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((first, second, third), Is.EqualTo((Settlement.Requeue, Settlement.Done, Settlement.Done)));
            Assert.That(await Written(), Is.EqualTo(new[] { "m1" }), "the handler ran once");
            Assert.That(workshop.Sent.Select(sent => sent.MessageId).Distinct(), Is.EqualTo(new[] { stored }));
        }
    }

    [Test]
    public async Task The_handler_swallows_an_error_that_broke_its_transaction()
    {
        var settlement = await Deliver("m2", "broken transaction");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(settlement, Is.EqualTo(Settlement.Requeue));
            Assert.That(workshop.Sent, Is.Empty, "what was not committed is not sent");
            Assert.That(await Written(), Is.Empty);
        }
    }

    [Test]
    public async Task A_callback_before_the_commit_fails()
    {
        var settlement = await Deliver("m3", "failing callback");

        Assert.That((settlement, workshop.Sent.Count, (await Written()).Count), Is.EqualTo((Settlement.Requeue, 0, 0)));
    }

    [Test]
    public async Task The_database_cannot_be_reached_and_the_message_keeps_its_retries()
    {
        await database.Execute($"alter database {database.Name} connection limit 0");
        await using (var admin = new NpgsqlConnection(Postgres.Server))
        {
            await admin.OpenAsync();
            await using var command = new NpgsqlCommand(
                $"alter database {database.Name} allow_connections false; " +
                $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}'", admin);
            await command.ExecuteNonQueryAsync();
        }

        var settlement = await Deliver("m4", attempt: 1000);

        Assert.That((settlement, workshop.Sent.Count), Is.EqualTo((Settlement.Requeue, 0)), "not moved to the error queue");
    }

    async Task<List<string>> Written() => await database.Values<string>("select id from written");

    Task<Settlement> Deliver(string id, string how = "well", int attempt = 1) =>
        workshop.Deliver($$"""{"How":"{{how}}"}""", typeof(Order), new() { ["NServiceBus.MessageId"] = id }, attempt);

    public sealed record Order(string How) : ICommand;

    public sealed record Done : ICommand;

    public sealed class WritesAndSends : IHandleMessages<Order>
    {
        public async Task Handle(Order message, IMessageHandlerContext context)
        {
            var session = context.SynchronizedStorageSession.SqlPersistenceSession();
            await Run(session, $"insert into written values ('{context.MessageId}')");
            await context.Send(new Done());
            if (message.How == "failing callback") session.OnSaveChanges((_, _) => throw new InvalidOperationException("not now"));
            if (message.How != "broken transaction") return;
            try
            {
                await Run(session, "insert into nowhere values (1)");
            }
            catch (PostgresException)
            {
                // As a careless handler would: PostgreSQL has given up the whole transaction by now.
            }
        }

        static async Task Run(ISqlStorageSession session, string sql)
        {
            await using var command = new NpgsqlCommand(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
            await command.ExecuteNonQueryAsync();
        }
    }
}
