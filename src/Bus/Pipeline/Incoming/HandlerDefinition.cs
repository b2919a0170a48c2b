using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using NServiceBus;
using Roost.Bus.Sagas;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>One handler class with one of the interfaces it handles messages through.</summary>
sealed class HandlerDefinition
{
    readonly ObjectFactory create;
    readonly Func<object, object, IMessageHandlerContext, Task> call;

    HandlerDefinition(Type handlerType, Type messageType, bool isTimeout, SagaModel? saga, ObjectFactory create)
    {
        HandlerType = handlerType;
        MessageType = messageType;
        IsTimeout = isTimeout;
        Saga = saga;
        this.create = create;
        call = Caller(isTimeout ? nameof(ForTimeout) : nameof(ForMessage), messageType);
    }

    public Type HandlerType { get; }
    public Type MessageType { get; }
    public bool IsTimeout { get; }
    public SagaModel? Saga { get; }

    public object Create(IServiceProvider services) => create(services, null);

    public Task Call(object handler, object message, IMessageHandlerContext context) => call(handler, message, context)
        ?? throw new InvalidOperationException(
            $"Return a Task or mark the method as async: {HandlerType.FullName} returned null for {MessageType.Name}.");

    public static IEnumerable<HandlerDefinition> Of(Type handlerType, SagaModel? saga)
    {
        var create = ActivatorUtilities.CreateFactory(handlerType, Type.EmptyTypes);
        foreach (var handled in handlerType.GetInterfaces().Where(type => type.IsGenericType))
        {
            var isMessage = handled.GetGenericTypeDefinition() == typeof(IHandleMessages<>);
            var isTimeout = handled.GetGenericTypeDefinition() == typeof(IHandleTimeouts<>);
            if (isMessage || isTimeout)
                yield return new HandlerDefinition(handlerType, handled.GetGenericArguments()[0], isTimeout, saga, create);
        }
    }

    static Func<object, object, IMessageHandlerContext, Task> Caller(string kind, Type messageType) =>
        (Func<object, object, IMessageHandlerContext, Task>)typeof(HandlerDefinition)
            .GetMethod(kind, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(messageType)
            .Invoke(null, null)!;

    static Func<object, object, IMessageHandlerContext, Task> ForMessage<T>() =>
        static (handler, message, context) => ((IHandleMessages<T>)handler).Handle((T)message, context);

    static Func<object, object, IMessageHandlerContext, Task> ForTimeout<T>() =>
        static (handler, message, context) => ((IHandleTimeouts<T>)handler).Timeout((T)message, context);
}
