using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NServiceBus.Persistence.Sql;
using NServiceBus.TransactionalSession;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>P-65 outside of handlers: rows and messages leave together, whatever happens in between.</summary>
public sealed class When_a_web_request_commits
{
    readonly ManualClock clock = new();
    Postgres.Database database = null!;
    Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task An_endpoint_with_transactional_sessions()
    {
        database = await Postgres.NewDatabase("websession");
        await database.Execute("create table booked (id int not null)");
        workshop = await Workshop.Open((endpoint, routing) =>
        {
            routing.RouteToEndpoint(typeof(Book), "there");
            endpoint.StoreIn(database).EnableTransactionalSession();
        }, services => services.AddSingleton<TimeProvider>(clock));
    }

    [OneTimeTearDown]
    public async Task End()
    {
        await workshop.DisposeAsync();
        await database.DisposeAsync();
    }

    [SetUp]
    public async Task Empty()
    {
        await Eventually.Is(async () => await Undispatched() == 0); // marks are made in the background
        workshop.Sent.Clear();
        await database.Execute("truncate booked");
    }

    [Test]
    public async Task The_row_and_the_message_leave_together()
    {
        await using (var request = workshop.Services.CreateAsyncScope())
        {
            var session = await Booked(request, id: 1);
            Assert.That(workshop.Sent, Is.Empty, "nothing leaves before the commit");
            await session.Commit();
        }

        Assert.That((workshop.Sent.Count, await Rows()), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Without_a_commit_neither_does()
    {
        await using (var request = workshop.Services.CreateAsyncScope()) await Booked(request, id: 2);

        Assert.That((workshop.Sent.Count, await Rows()), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Without_a_broker_the_commit_stands_and_the_message_leaves_later_with_the_same_id()
    {
        workshop.BrokerIsDown = true;
        await using (var request = workshop.Services.CreateAsyncScope()) await (await Booked(request, id: 3)).Commit();
        Assert.That((workshop.Sent.Count, await Rows()), Is.EqualTo((0, 1)));
        var stored = await database.Value<string>(
            """select "Operations" -> 0 ->> 'MessageId' from "Workshop_OutboxData" where not "Dispatched" """);

        workshop.BrokerIsDown = false;
        await workshop.SendForgotten();
        clock.Advance(TimeSpan.FromMinutes(10));
        await workshop.SendForgotten();

        await Eventually.Is(async () => await Undispatched() == 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(workshop.Sent, Has.Count.EqualTo(1));
            Assert.That(workshop.Sent.Single().Destination, Is.EqualTo("there"));
            Assert.That(workshop.Sent.Single().MessageId, Is.EqualTo(stored));
        }
    }

    [Test]
    public async Task What_a_callback_before_the_commit_sends_leaves_with_the_rest()
    {
        await using var request = workshop.Services.CreateAsyncScope();
        var session = await Booked(request, id: 5);
        session.SynchronizedStorageSession.SqlPersistenceSession().OnSaveChanges((_, _) => session.Send(new Book(6)));

        await session.Commit();

        Assert.That(workshop.Sent, Has.Count.EqualTo(2));
    }

    /// <summary>However long that was: they do not wait their turn among what was tried in vain.</summary>
    [Test]
    public async Task As_soon_as_the_broker_is_back_all_messages_of_its_absence_leave()
    {
        const int Requests = 120;
        workshop.BrokerIsDown = true;
        for (var id = 100; id < 100 + Requests; id++)
        {
            await using var request = workshop.Services.CreateAsyncScope();
            await (await Booked(request, id)).Commit();
        }
        workshop.BrokerIsDown = false;
        await workshop.SendForgotten();
        workshop.BrokerIsDown = true;
        clock.Advance(TimeSpan.FromMinutes(1));
        var sending = workshop.SendForgotten();
        Assert.That(() => sending.WaitAsync(TimeSpan.FromSeconds(1)), Throws.TypeOf<TimeoutException>(), "it waits for the broker");

        workshop.BrokerIsDown = false;

        Assert.That((await sending, workshop.Sent.Count), Is.EqualTo((Requests, Requests)));
    }

    [Test]
    public async Task A_message_that_can_go_nowhere_does_not_hold_up_those_of_other_requests()
    {
        workshop.BrokerIsDown = true;
        for (var id = 10; id < 15; id++)
        {
            await using var request = workshop.Services.CreateAsyncScope();
            var session = await Booked(request, id);
            if (id == 10) await session.Send("gone", new Book(id));
            await session.Commit();
        }
        workshop.BrokerIsDown = false;
        workshop.MissingQueue = "gone";

        await workshop.SendForgotten();
        clock.Advance(TimeSpan.FromMinutes(10));
        await workshop.SendForgotten();

        Assert.That(workshop.Sent, Has.Count.EqualTo(4), "all but the one with a queue that is gone");
        await Eventually.Is(async () => await Undispatched() == 1);
        workshop.MissingQueue = "";
        clock.Advance(TimeSpan.FromMinutes(10));
        await workshop.SendForgotten();
        Assert.That(workshop.Sent, Has.Count.EqualTo(6), "that one, too, once the queue is back");
    }

    [Test]
    public async Task A_commit_that_takes_too_long_is_given_up()
    {
        await using (var request = workshop.Services.CreateAsyncScope())
        {
            var session = await Booked(request, id: 7, atMost: TimeSpan.FromMilliseconds(100));
            session.SynchronizedStorageSession.SqlPersistenceSession().OnSaveChanges((_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, ct));

            Assert.That(() => session.Commit().WaitAsync(TimeSpan.FromSeconds(10)), Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That((workshop.Sent.Count, await Rows()), Is.EqualTo((0, 0)));
    }

    /// <summary>A caller who is told of a failure asks again, and then it is booked twice.</summary>
    [Test]
    public async Task It_does_not_fail_because_the_endpoint_stops_meanwhile()
    {
        await using var leaving = await Leaving();
        await using var request = leaving.Services.CreateAsyncScope();
        var session = await Booked(request, id: 8);
        session.SynchronizedStorageSession.SqlPersistenceSession().OnSaveChanges((_, ct) => leaving.Services.GetRequiredService<IHost>().StopAsync(ct));

        Assert.That(() => session.Commit(), Throws.Nothing);
        Assert.That(await Rows(), Is.EqualTo(1));
    }

    [Test]
    public async Task It_fails_before_anything_is_committed_when_the_endpoint_has_stopped()
    {
        await using var leaving = await Leaving();
        await using (var request = leaving.Services.CreateAsyncScope())
        {
            var session = await Booked(request, id: 9);
            await leaving.Services.GetRequiredService<IHost>().StopAsync();

            Assert.That(() => session.Commit(), Throws.InvalidOperationException.With.Message.Contains("has been stopped"));
        }

        Assert.That(await Rows(), Is.Zero);
    }

    [Test]
    public async Task What_was_injected_before_the_session_opened_works_on_its_transaction()
    {
        await using var request = workshop.Services.CreateAsyncScope();
        var injected = request.ServiceProvider.GetRequiredService<ISqlStorageSession>();
        var session = request.ServiceProvider.GetRequiredService<ITransactionalSession>();

        await session.Open(new SqlPersistenceOpenSessionOptions());

        Assert.That(injected.Transaction, Is.SameAs(session.SynchronizedStorageSession.SqlPersistenceSession().Transaction));
    }

    [Test]
    public async Task A_session_that_is_not_open_refuses_to_send()
    {
        await using var request = workshop.Services.CreateAsyncScope();
        var session = request.ServiceProvider.GetRequiredService<ITransactionalSession>();

        Assert.That(async () => await session.Send(new Book(4)), Throws.InvalidOperationException);
    }

    Task<Workshop> Leaving() => Workshop.Open((endpoint, routing) =>
    {
        routing.RouteToEndpoint(typeof(Book), "there");
        endpoint.StoreIn(database).EnableTransactionalSession();
    }, name: "Leaving");

    static async Task<ITransactionalSession> Booked(AsyncServiceScope request, int id, TimeSpan? atMost = null)
    {
        var session = request.ServiceProvider.GetRequiredService<ITransactionalSession>();
        var options = new SqlPersistenceOpenSessionOptions();
        if (atMost is { } limit) options.MaximumCommitDuration = limit;
        await session.Open(options);
        var (connection, transaction) = session.SynchronizedStorageSession.SqlPersistenceSession();
        await using var insert = new NpgsqlCommand(
            $"insert into booked values ({id})", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        await insert.ExecuteNonQueryAsync();
        await session.Send(new Book(id));
        return session;
    }

    Task<long> Undispatched() => database.Value<long>("""select count(*) from "Workshop_OutboxData" where not "Dispatched" """);

    async Task<int> Rows() => (int)await database.Value<long>("select count(*) from booked");

    public sealed record Book(int Id) : ICommand;
}
