using Npgsql;
using NServiceBus.Persistence.Sql;

namespace Roost.Bus.Victim;

public sealed record Depart(int Trip) : ICommand;

public sealed record GoOn(int Trip) : ICommand;

public sealed record Departed(int Trip) : IEvent;

public sealed record Arrived(int Trip) : IEvent;

/// <summary>Two messages, each with a row of its own; every step must happen exactly once, however often the process dies.</summary>
public sealed class Trip : Saga<Trip.State>, IAmStartedByMessages<Depart>, IHandleMessages<GoOn>
{
    protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
        mapper.MapSaga(state => state.Trip).ToMessage<Depart>(message => message.Trip).ToMessage<GoOn>(message => message.Trip);

    public async Task Handle(Depart message, IMessageHandlerContext context)
    {
        await Journal.Note(context, message.Trip, "departed");
        await context.SendLocal(new GoOn(message.Trip));
        await context.Publish(new Departed(message.Trip));
    }

    public async Task Handle(GoOn message, IMessageHandlerContext context)
    {
        await Journal.Note(context, message.Trip, "arrived");
        await context.Publish(new Arrived(message.Trip));
        MarkAsComplete();
    }

    public sealed class State : ContainSagaData
    {
        public int Trip { get; set; }
    }
}

public sealed class NoteWhatIsHeard : IHandleMessages<Departed>, IHandleMessages<Arrived>
{
    public Task Handle(Departed message, IMessageHandlerContext context) => Journal.Note(context, message.Trip, "departure heard of");

    public Task Handle(Arrived message, IMessageHandlerContext context) => Journal.Note(context, message.Trip, "arrival heard of");
}

static class Journal
{
    public static Task Note(IMessageHandlerContext context, int trip, string what) =>
        Note(context.SynchronizedStorageSession.SqlPersistenceSession(), trip, what, context.CancellationToken);

    public static async Task Note(ISqlStorageSession session, int trip, string what, CancellationToken ct)
    {
        var (connection, transaction) = session;
        await using var insert = new NpgsqlCommand("insert into journal (trip, what) values ($1, $2)", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = trip });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = what });
        await insert.ExecuteNonQueryAsync(ct);
    }
}
