namespace NServiceBus;

/// <summary>The names of the headers on the wire. Both runtimes and the platform tools read them.</summary>
public static class Headers
{
    public const string MessageId = "NServiceBus.MessageId";
    public const string MessageIntent = "NServiceBus.MessageIntent";
    public const string RelatedTo = "NServiceBus.RelatedTo";
    public const string ConversationId = "NServiceBus.ConversationId";
    public const string PreviousConversationId = "NServiceBus.PreviousConversationId";
    public const string CorrelationId = "NServiceBus.CorrelationId";
    public const string TimeToBeReceived = "NServiceBus.TimeToBeReceived";
    public const string ReplyToAddress = "NServiceBus.ReplyToAddress";
    public const string OriginatingMachine = "NServiceBus.OriginatingMachine";
    public const string OriginatingEndpoint = "NServiceBus.OriginatingEndpoint";
    public const string OriginatingHostId = "$.diagnostics.originating.hostid";
    public const string ContentType = "NServiceBus.ContentType";
    public const string EnclosedMessageTypes = "NServiceBus.EnclosedMessageTypes";
    public const string NServiceBusVersion = "NServiceBus.Version";
    public const string TimeSent = "NServiceBus.TimeSent";
    public const string DeliverAt = "NServiceBus.DeliverAt";
    public const string ControlMessageHeader = "NServiceBus.ControlMessage";
    public const string StartNewTrace = "NServiceBus.OpenTelemetry.StartNewTrace";
    public const string DiagnosticsTraceParent = "traceparent";
    public const string DiagnosticsTraceState = "tracestate";
    public const string DiagnosticsBaggage = "baggage";

    public const string SagaId = "NServiceBus.SagaId";
    public const string SagaType = "NServiceBus.SagaType";
    public const string OriginatingSagaId = "NServiceBus.OriginatingSagaId";
    public const string OriginatingSagaType = "NServiceBus.OriginatingSagaType";
    public const string IsSagaTimeoutMessage = "NServiceBus.IsSagaTimeoutMessage";

    public const string ProcessingStarted = "NServiceBus.ProcessingStarted";
    public const string ProcessingEnded = "NServiceBus.ProcessingEnded";
    public const string ProcessingMachine = "NServiceBus.ProcessingMachine";
    public const string ProcessingEndpoint = "NServiceBus.ProcessingEndpoint";
    public const string HostId = "$.diagnostics.hostid";
    public const string HostDisplayName = "$.diagnostics.hostdisplayname";

    public const string DelayedRetries = "NServiceBus.Retries";
    public const string DelayedRetriesTimestamp = "NServiceBus.Retries.Timestamp";
    public const string ImmediateRetries = "NServiceBus.FLRetries";
    public const string FailedQueue = "NServiceBus.FailedQ";
    public const string TimeOfFailure = "NServiceBus.TimeOfFailure";

    internal const string ExceptionInfo = "NServiceBus.ExceptionInfo.";
    internal const string RetryUniqueMessageId = "ServiceControl.Retry.UniqueMessageId";
    internal const string RetryAcknowledgementQueue = "ServiceControl.Retry.AcknowledgementQueue";
    internal const string RetryAcknowledgementSent = "ServiceControl.Retry.AcknowledgementSent";
    internal const string RetrySuccessful = "ServiceControl.Retry.Successful";
    internal const string NonPersistentDelivery = "NServiceBus.Transport.RabbitMQ.UseNonPersistentDelivery";
}
