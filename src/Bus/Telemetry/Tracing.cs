using System.Diagnostics;
using NServiceBus;

namespace Roost.Bus.Telemetry;

/// <summary>Spans around sending, receiving and handling, and the headers that join them across processes.</summary>
static class Tracing
{
    public const string Sending = "NServiceBus.Diagnostics.SendMessage";
    public const string Publishing = "NServiceBus.Diagnostics.PublishMessage";
    public const string Replying = "reply";
    const string Receiving = "NServiceBus.Diagnostics.ReceiveMessage";
    const string Handling = "NServiceBus.Diagnostics.InvokeHandler";

    static readonly ActivitySource Source = new("NServiceBus.Core", "0.1.0");

    static readonly (string Header, string Tag)[] Promoted =
    [
        (Headers.MessageId, "nservicebus.message_id"),
        (Headers.CorrelationId, "nservicebus.correlation_id"),
        (Headers.ConversationId, "nservicebus.conversation_id"),
        (Headers.RelatedTo, "nservicebus.related_to"),
        (Headers.MessageIntent, "nservicebus.message_intent"),
        (Headers.EnclosedMessageTypes, "nservicebus.enclosed_message_types"),
        (Headers.ContentType, "nservicebus.content_type"),
        (Headers.ReplyToAddress, "nservicebus.reply_to_address"),
        (Headers.OriginatingEndpoint, "nservicebus.originating_endpoint"),
        (Headers.OriginatingMachine, "nservicebus.originating_machine"),
        (Headers.OriginatingHostId, "nservicebus.originating_host_id"),
        (Headers.DeliverAt, "nservicebus.deliver_at"),
        (Headers.DelayedRetries, "nservicebus.delayed_retries"),
        (Headers.SagaId, "nservicebus.saga.saga_id"),
        (Headers.SagaType, "nservicebus.saga.saga_type"),
        (Headers.IsSagaTimeoutMessage, "nservicebus.saga.is_timeout"),
        (Headers.NServiceBusVersion, "nservicebus.version"),
    ];

    public static bool IsListenedTo => Source.HasListeners();

    public static bool IsActive => Activity.Current is not null;

    public static Activity? StartOutgoing(string name)
    {
        var activity = Source.CreateActivity(name == Replying ? Sending : name, ActivityKind.Producer);
        if (activity is null) return null;
        activity.DisplayName = name switch { Sending => "send message", Publishing => "publish event", _ => "reply" };
        return activity.Start();
    }

    /// <summary>Continues the sender's trace, or begins one that links to it when the sender asked for that.</summary>
    public static Activity? StartReceive(string nativeMessageId, Dictionary<string, string> headers)
    {
        if (!IsListenedTo) return null;
        var known = ActivityContext.TryParse(
            headers.GetValueOrDefault(Headers.DiagnosticsTraceParent), headers.GetValueOrDefault(Headers.DiagnosticsTraceState), isRemote: true,
            out var sender);
        var isNewTrace = headers.GetValueOrDefault(Headers.StartNewTrace) == bool.TrueString;

        // What happens to be current here (a host's start-up span) is no parent of a message.
        Activity.Current = null;
        var activity = Source.CreateActivity(
            Receiving, ActivityKind.Consumer,
            parentContext: known && !isNewTrace ? sender : default,
            links: known && isNewTrace ? [new ActivityLink(sender)] : null);
        if (activity is null) return null;

        activity.DisplayName = "process message";
        activity.SetIdFormat(ActivityIdFormat.W3C);
        RestoreBaggage(activity, headers);
        activity.SetTag("nservicebus.native_message_id", nativeMessageId);
        Describe(activity, headers);
        return activity.Start();
    }

    public static Activity? StartHandler(Type handlerType, string? sagaId)
    {
        if (!IsListenedTo || !IsActive) return null;
        var activity = Source.StartActivity(Handling, ActivityKind.Internal);
        if (activity is null) return null;
        activity.DisplayName = handlerType.Name;
        activity.SetTag("nservicebus.handler.handler_type", handlerType.FullName);
        if (sagaId is not null) activity.SetTag("nservicebus.handler.saga_id", sagaId);
        return activity;
    }

    public static Activity? StartSubscription(bool subscribe, Type eventType)
    {
        var activity = Source.StartActivity(subscribe ? "NServiceBus.Diagnostics.Subscribe" : "NServiceBus.Diagnostics.Unsubscribe");
        return activity?.SetTag("nservicebus.event_types", eventType.FullName);
    }

    public static void Describe(Activity? activity, Dictionary<string, string> headers)
    {
        if (activity is null) return;
        foreach (var (header, tag) in Promoted)
            if (headers.TryGetValue(header, out var value)) activity.SetTag(tag, value);
    }

    public static void Fail(Activity? activity, Exception failure)
    {
        if (activity is null) return;
        activity.SetStatus(ActivityStatusCode.Error, failure.GetType().FullName);
        try
        {
            activity.SetStatus(ActivityStatusCode.Error, failure.Message);
            activity.AddException(failure);
        }
        catch (Exception)
        {
            // It throws when asked what happened; its name has to do.
        }
    }

    public static void Inject(Dictionary<string, string> headers)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity) return;
        headers[Headers.DiagnosticsTraceParent] = id;
        if (!string.IsNullOrEmpty(activity.TraceStateString)) headers[Headers.DiagnosticsTraceState] = activity.TraceStateString;

        var baggage = string.Join(
            ',', activity.Baggage.Select(item => $"{Uri.EscapeDataString(item.Key)}={Uri.EscapeDataString(item.Value ?? "")}"));
        if (baggage.Length > 0) headers[Headers.DiagnosticsBaggage] = baggage;
    }

    static void RestoreBaggage(Activity activity, Dictionary<string, string> headers)
    {
        if (!headers.TryGetValue(Headers.DiagnosticsBaggage, out var baggage)) return;
        foreach (var item in baggage.Split(',', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            var parts = item.Split('=', 2);
            if (parts.Length == 2)
                activity.AddBaggage(Uri.UnescapeDataString(parts[0].Trim()), Uri.UnescapeDataString(parts[1].Split(';')[0].Trim()));
        }
    }
}
