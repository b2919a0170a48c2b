namespace NServiceBus;

public interface IHandleMessages;

public interface IHandleMessages<T> : IHandleMessages
{
    Task Handle(T message, IMessageHandlerContext context);
}

public interface IHandleTimeouts<T>
{
    Task Timeout(T state, IMessageHandlerContext context);
}

/// <summary>A saga of this class begins when such a message finds none.</summary>
public interface IAmStartedByMessages<T> : IHandleMessages<T>;

/// <summary>Marks a handler for readers and analysers; registration is by AddHandler or scanning.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HandlerAttribute : Attribute;

/// <summary>Marks a saga for readers and analysers; registration is by AddSaga or scanning.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SagaAttribute : Attribute;
