using NServiceBus.Transport;

namespace NServiceBus.Extensibility;

/// <summary>What may be said about any outgoing message. Options may be reused for several messages.</summary>
public abstract class ExtendableOptions
{
    internal Dictionary<string, string>? Headers { get; set; }
    internal string? MessageId { get; set; }
    internal bool ImmediateDispatch { get; set; }
    internal bool SkipBestPractices { get; set; }
    internal ContextBag? ContextOrNull { get; set; }
    internal DispatchProperties? DispatchPropertiesOrNull { get; set; }

    internal ContextBag Context => ContextOrNull ??= new ContextBag();
}

public static class ExtendableOptionsExtensions
{
    /// <summary>The bag that behaviours see as the message's own extensions.</summary>
    public static ContextBag GetExtensions(this ExtendableOptions options) => options.Context;

    public static DispatchProperties GetDispatchProperties(this ExtendableOptions options) => options.DispatchPropertiesOrNull ??= [];
}
