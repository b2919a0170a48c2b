using NServiceBus.Pipeline;
using Roost.Platform.Logging;
using Serilog.Context;

namespace Roost.Platform.Messaging;

/// <summary>While a message is handled, every log line carries its ids: message, conversation, and the request that began it all.</summary>
sealed class IncomingLogContext : Behavior<IIncomingPhysicalMessageContext>
{
    public override async Task Invoke(IIncomingPhysicalMessageContext context, Func<Task> next)
    {
        var headers = context.MessageHeaders;
        using var message = LogContext.PushProperty("MessageId", context.MessageId);
        using var type = LogContext.PushProperty("MessageType", TypeName(headers));
        using var conversation = LogContext.PushProperty("ConversationId", headers.GetValueOrDefault(Headers.ConversationId));
        using var request = RequestId.Continue(RequestId.Accept(headers.GetValueOrDefault(RequestId.MessageHeader)));
        await next();
    }

    static string? TypeName(IReadOnlyDictionary<string, string> headers)
    {
        var types = headers.GetValueOrDefault(Headers.EnclosedMessageTypes);
        return types?[..(types.IndexOf(',') is var comma and >= 0 ? comma : types.Length)];
    }
}

sealed class OutgoingRequestId : Behavior<IOutgoingLogicalMessageContext>
{
    public override Task Invoke(IOutgoingLogicalMessageContext context, Func<Task> next)
    {
        if (RequestId.Current is { } id) context.Headers[RequestId.MessageHeader] = id;
        return next();
    }
}
