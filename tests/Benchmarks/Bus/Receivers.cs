using System.Data.Common;
using NServiceBus.Persistence.Sql;

namespace Roost.Benchmarks.Bus;

public sealed class NothingHandler(Now now) : IHandleMessages<Nothing>
{
    public Task Handle(Nothing message, IMessageHandlerContext context)
    {
        now.Counter.Add(message.SentAt);
        return Task.CompletedTask;
    }
}

public sealed class InsertHandler(Now now, ISqlStorageSession session) : IHandleMessages<Insert>
{
    public async Task Handle(Insert message, IMessageHandlerContext context)
    {
        await using var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
        command.CommandText = "insert into inserts (id) values (@id)";
        command.Parameters.Add(Parameter(command, message.Id));
        await command.ExecuteNonQueryAsync(context.CancellationToken);
        now.Counter.Add(message.SentAt);
    }

    static DbParameter Parameter(DbCommand command, Guid id)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("id", id);
        return parameter;
    }
}

/// <summary>Stored by the first message, found, changed and ended by the second.</summary>
public sealed class OrderSaga(Now now) : Saga<OrderSaga.State>, IAmStartedByMessages<BeginOrder>, IHandleMessages<FinishOrder>
{
    protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
        mapper.MapSaga(s => s.OrderId).ToMessage<BeginOrder>(m => m.OrderId).ToMessage<FinishOrder>(m => m.OrderId);

    public Task Handle(BeginOrder message, IMessageHandlerContext context)
    {
        Data.SentAt = message.SentAt;
        return context.SendLocal(new FinishOrder { OrderId = message.OrderId });
    }

    public Task Handle(FinishOrder message, IMessageHandlerContext context)
    {
        MarkAsComplete();
        now.Counter.Add(Data.SentAt);
        return Task.CompletedTask;
    }

    public sealed class State : ContainSagaData
    {
        public Guid OrderId { get; set; }
        public long SentAt { get; set; }
    }
}

public sealed class HappenedHandler(Now now) : IHandleMessages<Happened>
{
    public Task Handle(Happened message, IMessageHandlerContext context)
    {
        now.Counter.Add(message.SentAt);
        return Task.CompletedTask;
    }
}
