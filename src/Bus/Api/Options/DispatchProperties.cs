namespace NServiceBus.Transport;

/// <summary>What the transport is told about one message besides its headers.</summary>
public sealed class DispatchProperties : Dictionary<string, string>
{
    public DispatchProperties() { }

    public DispatchProperties(Dictionary<string, string> properties) : base(properties) { }
}
