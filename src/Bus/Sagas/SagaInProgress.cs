using NServiceBus;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline;
using Roost.Bus.Pipeline.Messages;

namespace Roost.Bus.Sagas;

/// <summary>One saga instance during one message: found or new, then changed, then written with everything else.</summary>
sealed class SagaInProgress(SagaModel model, SagaQuery query)
{
    LoadedSaga? loaded;
    object? correlationAtStart;
    Guid idAtStart;

    public SagaModel Model => model;
    public SagaQuery Query => query;

    /// <summary>Whether the message begins a new saga when it finds none.</summary>
    public bool MayStart { get; set; }

    /// <summary>Asked for only to start a saga: an answer that names the saga by its id need not have it.</summary>
    public required Func<object?> CorrelationValue { get; set; }

    /// <summary>Null when there is no such saga.</summary>
    public IContainSagaData? Data { get; private set; }

    public ActiveSaga? Active { get; private set; }
    public bool IsNew => loaded is null;
    public bool Completed { get; private set; }

    /// <summary>Another message in the same body means the same instance; whether it may start it is its own affair.</summary>
    public SagaInProgress MeantAgain(SagaInProgress by)
    {
        (MayStart, CorrelationValue) = (by.MayStart, by.CorrelationValue);
        return this;
    }

    public void Found(LoadedSaga saga)
    {
        loaded = saga;
        Begin(saga.Data);
    }

    public void Start(string messageId, Dictionary<string, string> headers, CombGuids ids)
    {
        var data = model.CreateData();
        data.Id = ids.New();
        data.OriginalMessageId = messageId;
        data.Originator = headers.GetValueOrDefault(Headers.ReplyToAddress);
        if (CorrelationValue() is { } correlation) model.Correlation?.Set(data, correlation);
        Begin(data);
    }

    /// <summary>Called after each of its handlers.</summary>
    public void Handled(Saga saga)
    {
        if (saga.Completed) Completed = true;
        else Check(saga.Entity);
    }

    public void Write(IUnitOfWork unit)
    {
        if (Data is null || (Completed && IsNew)) return;
        if (Completed) unit.Delete(model.Table, loaded!);
        else if (IsNew) unit.Insert(model.Table, Data);
        else unit.Update(model.Table, loaded!);
    }

    void Begin(IContainSagaData data)
    {
        Data = data;
        idAtStart = data.Id;
        correlationAtStart = model.Correlation?.Of(data);
        Active = new ActiveSaga(data.Id.ToString(), model.AssemblyQualifiedName);
    }

    void Check(IContainSagaData data)
    {
        if (data.Id != idAtStart)
            throw new InvalidOperationException(
                $"The Id of a saga must not be changed, but {model.SagaType.Name} changed it from {idAtStart} to {data.Id}.");
        if (model.Correlation is not { } correlation) return;

        var value = correlation.Of(data);
        if (IsNew && value is null)
            throw new InvalidOperationException(
                $"Saga {model.SagaType.Name} needs a value in {correlation.Name} before it is stored: it is found by it.");

        // A default value is accepted at the start and may be replaced later.
        if (!Equals(correlationAtStart, correlation.Default) && !Equals(value, correlationAtStart))
            throw new InvalidOperationException(
                $"Changing the value of correlated properties is not supported: {correlation.Name} of saga {model.SagaType.Name} " +
                $"was '{correlationAtStart}' and became '{value}'.");
    }
}
