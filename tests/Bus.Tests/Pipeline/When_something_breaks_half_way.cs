using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
    readonly LogBook log = new();
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
        }, services => services.AddSingleton<ILoggerFactory>(new LoggerFactory([log])));
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

    /// <summary>Otherwise it is sent again and again: with every repeat, and by the outbox watch.</summary>
    [Test]
    public async Task What_left_only_when_the_message_came_again_counts_as_sent()
    {
        workshop.BrokerIsDown = true;
        await Deliver("m5");
        workshop.BrokerIsDown = false;

        await Deliver("m5");

        await Eventually.Is(async () => await database.Value<long>("""select count(*) from "Workshop_OutboxData" where "Dispatched" """) == 1);
    }

    /// <summary>Its effects are there, and the platform still shows it as failed: the repeat makes up for that, too.</summary>
    [Test]
    public async Task The_platform_was_not_told_that_its_retry_succeeded()
    {
        var retried = new Dictionary<string, string>
        {
            ["NServiceBus.MessageId"] = "m6",
            ["ServiceControl.Retry.UniqueMessageId"] = "failure-1",
            ["ServiceControl.Retry.AcknowledgementQueue"] = "platform",
        };
        workshop.Refuses = sent => sent.Destination == "platform";
        var first = await workshop.Deliver("""{"How":"well"}""", typeof(Order), retried);
        workshop.Refuses = _ => false;

        var second = await workshop.Deliver("""{"How":"well"}""", typeof(Order), retried);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((first, second), Is.EqualTo((Settlement.Requeue, Settlement.Done)));
            Assert.That(await Written(), Is.EqualTo(new[] { "m6" }));
            Assert.That(
                workshop.Sent.Where(sent => sent.Destination == "platform").Select(sent => sent.Headers["ServiceControl.Retry.UniqueMessageId"]),
                Is.EqualTo(new[] { "failure-1" }));
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
    public async Task What_a_callback_before_the_commit_sends_leaves_with_the_rest()
    {
        var settlement = await Deliver("m3b", "sending callback");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(settlement, Is.EqualTo(Settlement.Done));
            Assert.That(workshop.Sent.Select(sent => sent.Headers["Sent by"]), Is.EquivalentTo(new[] { "handler", "callback" }));
            Assert.That(
                await database.Value<int>("""select jsonb_array_length("Operations") from "Workshop_OutboxData" """), Is.AnyOf(0, 2),
                "stored with the rest (and cleared once both have left)");
        }
    }

    /// <summary>P-70: an outage of the database is no failure of the message, and no delivery more: a broker with a limit drops what has many.</summary>
    [Test]
    public async Task The_database_cannot_be_reached_and_the_message_waits_for_it()
    {
        await AtServer($"alter database {database.Name} allow_connections false");
        await AtServer($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}'");

        var settling = Deliver("m4", attempt: 1000);
        await Eventually.Is(() => log.Says("waits for the storage"));
        Assert.That((settling.IsCompleted, workshop.Sent.Count), Is.EqualTo((false, 0)), "neither given back nor moved to the error queue");
        await AtServer($"alter database {database.Name} allow_connections true");

        Assert.That((await settling, await Written()), Is.EqualTo((Settlement.Done, new[] { "m4" })));
    }

    [Test]
    public async Task The_endpoint_stops_while_the_database_cannot_be_reached()
    {
        await AtServer($"alter database {database.Name} allow_connections false");
        await AtServer($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}'");
        using var withdrawn = new CancellationTokenSource();
        var settling = workshop.Deliver("""{"How":"well"}""", typeof(Order), withdrawn: withdrawn.Token);
        await Eventually.Is(() => log.Says("waits for the storage"));

        await withdrawn.CancelAsync();

        Assert.That(await settling, Is.EqualTo(Settlement.Requeue));
    }

    static async Task AtServer(string sql)
    {
        await using var admin = new NpgsqlConnection(Postgres.Server);
        await admin.OpenAsync();
        await using var command = new NpgsqlCommand(sql, admin);
        await command.ExecuteNonQueryAsync();
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
            await context.Send(new Done(), From("handler"));
            if (message.How == "sending callback") session.OnSaveChanges((_, _) => context.Send(new Done(), From("callback")));
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

        static SendOptions From(string who)
        {
            var options = new SendOptions();
            options.SetHeader("Sent by", who);
            return options;
        }

        static async Task Run(ISqlStorageSession session, string sql)
        {
            await using var command = new NpgsqlCommand(sql, (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
            await command.ExecuteNonQueryAsync();
        }
    }
}
