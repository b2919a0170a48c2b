using System.Reflection;
using System.Runtime.ExceptionServices;

namespace NServiceBus.Testing;

/// <summary>Calls the method of a saga that handles a message, found by its name and the exact type.</summary>
static class HandlerMethod
{
    public static bool Exists<TSaga>(Type messageType) => Find(typeof(TSaga), "Handle", messageType) is not null;

    public static async Task Invoke(object saga, QueuedSagaMessage message, IMessageHandlerContext context)
    {
        var name = message.IsTimeout ? "Timeout" : "Handle";
        var method = Find(saga.GetType(), name, message.Type)
            ?? throw new InvalidOperationException(
                $"{saga.GetType().Name} has no public method {name}({message.Type.Name}, IMessageHandlerContext).");
        try
        {
            await (Task)method.Invoke(saga, [message.Message, context])!;
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(thrown.InnerException);
        }
    }

    static MethodInfo? Find(Type sagaType, string name, Type messageType) =>
        sagaType.GetMethod(name, [messageType, typeof(IMessageHandlerContext)])
        is { } method && method.GetParameters()[0].ParameterType == messageType ? method : null;
}
