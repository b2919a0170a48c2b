using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NServiceBus.Persistence.Sql;
using NServiceBus.TransactionalSession;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Persistence;

/// <summary>A whole endpoint on real servers: the handlers' rows, the sagas, the outbox and what is sent are one.</summary>
public sealed class When_handlers_use_the_database
{
    World world = null!;
    IServiceProvider services = null!;

    [OneTimeSetUp]
    public async Task StartEndpoint()
    {
        world = await World.Create("handlers_sql");
        await world.Database.Execute("create table room (id uuid primary key, name text not null)");
        await world.DeclareQueue("elsewhere");
        var host = await world.Start("Facts.Rooms", (configuration, routing) =>
        {
            configuration.AddHandler<NameRoomHandler>();
            configuration.AddSaga<RoomSaga>();
            configuration.UsePersistence<SqlPersistence>().EnableTransactionalSession();
            configuration.Recoverability().Immediate(retries => retries.NumberOfRetries(1)).Delayed(retries => retries.NumberOfRetries(0));
            routing.RouteToEndpoint(typeof(RoomNamed), "elsewhere");
        }, builder => builder.AddSingleton<Attempts>().AddScoped<Rooms>());
        services = host.Services;
    }

    [OneTimeTearDown]
    public async Task StopEndpoint() => await world.DisposeAsync();

    [Test]
    public async Task Rows_sagas_and_messages_are_committed_together()
    {
        var id = Guid.NewGuid();

        await Session().SendLocal(new NameRoom { Id = id, Name = "blue" });

        Assert.That((await world.Receive("elsewhere")).Body, Does.Contain(id.ToString()));
        Assert.That(await NameOf(id), Is.EqualTo("blue"));
        Assert.That(await SagasOf(id), Is.EqualTo(1));
        await Eventually.Is(async () => await Count("""from "Facts_Rooms_OutboxData" where not "Dispatched" """) == 0);
    }

    [Test]
    public async Task A_failed_attempt_leaves_no_row_and_sends_nothing()
    {
        var id = Guid.NewGuid();

        await Session().SendLocal(new NameRoom { Id = id, Name = "red", FailsAfterWriting = true });

        await Eventually.Is(() => services.GetRequiredService<Attempts>().Of.GetValueOrDefault(id) == 2);
        await Eventually.Is(async () => await world.Broker.Depth("error") > 0);
        Assert.That(await NameOf(id), Is.Null);
        Assert.That(await SagasOf(id), Is.Zero);
    }

    [Test]
    public async Task A_transactional_session_commits_rows_and_messages_together()
    {
        var id = Guid.NewGuid();
        await using (var scope = services.CreateAsyncScope())
        {
            var rooms = scope.ServiceProvider.GetRequiredService<Rooms>(); // made before the session is open, as constructors do
            var session = scope.ServiceProvider.GetRequiredService<ITransactionalSession>();
            await session.Open(new SqlPersistenceOpenSessionOptions());
            await rooms.Insert(id, "green", default);
            await session.Send(new RoomNamed { Id = id });
            Assert.That(await NameOf(id), Is.Null);
            Assert.That(await world.Broker.Take("elsewhere"), Is.Null);

            await session.Commit();
        }

        Assert.That((await world.Receive("elsewhere")).Body, Does.Contain(id.ToString()));
        Assert.That(await NameOf(id), Is.EqualTo("green"));
    }

    [Test]
    public async Task A_transactional_session_that_is_left_open_commits_neither()
    {
        var id = Guid.NewGuid();
        await using (var scope = services.CreateAsyncScope())
        {
            var session = scope.ServiceProvider.GetRequiredService<ITransactionalSession>();
            await session.Open(new SqlPersistenceOpenSessionOptions());
            await scope.ServiceProvider.GetRequiredService<Rooms>().Insert(id, "grey", default);
            await session.Send(new RoomNamed { Id = id });
        }

        Assert.That(await NameOf(id), Is.Null);
        Assert.That(await world.Broker.Take("elsewhere"), Is.Null);
    }

    [Test]
    public void Outside_of_any_transaction_the_session_says_so()
    {
        using var scope = services.CreateScope();

        Assert.That(() => scope.ServiceProvider.GetRequiredService<ISqlStorageSession>().Connection,
            Throws.InvalidOperationException.With.Message.Contains("No transaction"));
    }

    IMessageSession Session() => services.GetRequiredService<IMessageSession>();

    Task<long> SagasOf(Guid id) => Count($"""from "Facts_Rooms_RoomSaga" where "Correlation_RoomId" = '{id}'""");

    Task<long> Count(string what) => world.Database.Value<long>($"select count(*) {what}");

    Task<string?> NameOf(Guid id) => world.Database.Value<string>($"select name from room where id = '{id}'");

    public sealed class NameRoom : ICommand
    {
        public Guid Id { get; set; }
        public string Name { get; set; } = "";
        public bool FailsAfterWriting { get; set; }
    }

    public sealed class RoomNamed : ICommand
    {
        public Guid Id { get; set; }
    }

    public sealed class Attempts
    {
        public ConcurrentDictionary<Guid, int> Of { get; } = new();
    }

    /// <summary>Gets the transaction by injection.</summary>
    public sealed class Rooms(ISqlStorageSession session)
    {
        public async Task Insert(Guid id, string name, CancellationToken ct)
        {
            var connection = (NpgsqlConnection)session.Connection;
            await using var command = new NpgsqlCommand("insert into room (id, name) values (@id, @name)", connection);
            command.Parameters.AddWithValue("id", id);
            command.Parameters.AddWithValue("name", name);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public sealed class NameRoomHandler(Rooms rooms, Attempts attempts) : IHandleMessages<NameRoom>
    {
        public async Task Handle(NameRoom message, IMessageHandlerContext context)
        {
            attempts.Of.AddOrUpdate(message.Id, 1, (_, before) => before + 1);
            await rooms.Insert(message.Id, "", context.CancellationToken);

            // The same transaction, by the other way to it: otherwise this would not see the row.
            var (connection, transaction) = context.SynchronizedStorageSession.SqlPersistenceSession();
            await using var rename = connection.CreateCommand();
            rename.Transaction = transaction;
            rename.CommandText = $"update room set name = '{message.Name}' where id = '{message.Id}'";
            var renamed = await rename.ExecuteNonQueryAsync(context.CancellationToken);
            if (renamed != 1) throw new InvalidOperationException("Another transaction.");

            await context.Send(new RoomNamed { Id = message.Id });
            if (message.FailsAfterWriting) throw new InvalidOperationException("After writing.");
        }
    }

    public sealed class RoomSaga : Saga<RoomSaga.State>, IAmStartedByMessages<NameRoom>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(state => state.RoomId).ToMessage<NameRoom>(message => message.Id);

        public Task Handle(NameRoom message, IMessageHandlerContext context) => Task.CompletedTask;

        public sealed class State : ContainSagaData
        {
            public Guid RoomId { get; set; }
        }
    }
}
