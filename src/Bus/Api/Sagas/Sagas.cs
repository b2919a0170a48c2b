namespace NServiceBus;

public interface IContainSagaData
{
    Guid Id { get; set; }

    /// <summary>Who sent the message that started the saga: where ReplyToOriginator goes.</summary>
    string? Originator { get; set; }

    string? OriginalMessageId { get; set; }
}

public abstract class ContainSagaData : IContainSagaData
{
    public virtual Guid Id { get; set; }
    public virtual string? Originator { get; set; }
    public virtual string? OriginalMessageId { get; set; }
}

/// <summary>A long-running process: its state is stored between messages, which find it by a property they share with it.</summary>
public abstract class Saga
{
    public IContainSagaData Entity { get; set; } = null!; // set by the bus before a handler runs

    public bool Completed { get; private set; }

    protected void MarkAsComplete() => Completed = true;

    protected Task RequestTimeout<TTimeoutMessageType>(IMessageHandlerContext context, DateTimeOffset at)
        where TTimeoutMessageType : new() =>
        RequestTimeout(context, at, new TTimeoutMessageType());

    protected Task RequestTimeout<TTimeoutMessageType>(IMessageHandlerContext context, TimeSpan within) where TTimeoutMessageType : new() =>
        RequestTimeout(context, within, new TTimeoutMessageType());

    protected Task RequestTimeout<TTimeoutMessageType>(
        IMessageHandlerContext context, DateTimeOffset at, TTimeoutMessageType timeoutMessage)
    {
        var options = TimeoutOptions<TTimeoutMessageType>();
        options.DoNotDeliverBefore(at);
        return context.Send(timeoutMessage!, options);
    }

    protected Task RequestTimeout<TTimeoutMessageType>(IMessageHandlerContext context, TimeSpan within, TTimeoutMessageType timeoutMessage)
    {
        var options = TimeoutOptions<TTimeoutMessageType>();
        options.DelayDeliveryWith(within);
        return context.Send(timeoutMessage!, options);
    }

    protected Task ReplyToOriginator(
        IMessageHandlerContext context, object message, IReadOnlyDictionary<string, string>? outgoingHeaders = null)
    {
        if (string.IsNullOrEmpty(Entity.Originator))
            throw new InvalidOperationException(
                $"{GetType().Name} cannot reply: Entity.Originator is null. Whoever sent the message that started it takes no replies.");

        var options = new ReplyOptions { CorrelationId = Entity.OriginalMessageId ?? "" };
        options.SetDestination(Entity.Originator);
        foreach (var (key, value) in outgoingHeaders ?? new Dictionary<string, string>()) options.SetHeader(key, value);
        return context.Reply(message, options);
    }

    protected internal abstract void ConfigureHowToFindSaga(IConfigureHowToFindSagaWithMessage sagaMessageFindingConfiguration);

    SendOptions TimeoutOptions<TTimeoutMessageType>()
    {
        if (this is not IHandleTimeouts<TTimeoutMessageType>)
            throw new InvalidOperationException(
                $"The type '{GetType().Name}' cannot request timeouts for '{typeof(TTimeoutMessageType).Name}' " +
                $"because it does not implement IHandleTimeouts<{typeof(TTimeoutMessageType).Name}>.");

        var options = new SendOptions();
        options.RouteToThisEndpoint();
        options.SetHeader(Headers.SagaId, Entity.Id.ToString());
        options.SetHeader(Headers.IsSagaTimeoutMessage, bool.TrueString);
        options.SetHeader(Headers.SagaType, GetType().AssemblyQualifiedName!);
        return options;
    }
}

public abstract class Saga<TSagaData> : Saga where TSagaData : class, IContainSagaData, new()
{
    public TSagaData Data
    {
        get => (TSagaData)Entity;
        set => Entity = value;
    }

    protected internal override void ConfigureHowToFindSaga(IConfigureHowToFindSagaWithMessage sagaMessageFindingConfiguration) =>
        ConfigureHowToFindSaga(new SagaPropertyMapper<TSagaData>(sagaMessageFindingConfiguration));

    /// <summary>Says which property finds a saga. Called once, on an instance whose constructor never ran.</summary>
    protected abstract void ConfigureHowToFindSaga(SagaPropertyMapper<TSagaData> mapper);
}

/// <summary>Told when a message that cannot start a saga found none. Never told of timeouts.</summary>
public interface ISagaNotFoundHandler
{
    Task Handle(object message, IMessageProcessingContext context);
}
