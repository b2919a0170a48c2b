using NServiceBus.Configuration.AdvancedExtensibility;
using NServiceBus.Pipeline;
using NServiceBus.Settings;
using Roost.Bus.Hosting;

namespace NServiceBus;

/// <summary>Everything about one endpoint. Consumed by AddNServiceBusEndpoint; later changes have no effect.</summary>
public sealed class EndpointConfiguration : ExposeSettings
{
    public EndpointConfiguration(string endpointName) : base(new SettingsHolder())
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(endpointName);
        if (endpointName.Contains('@'))
            throw new ArgumentException("Endpoint name must not contain an '@' character.", nameof(endpointName));
        Blueprint = new EndpointBlueprint(endpointName, Settings);
        Pipeline = new PipelineSettings(Blueprint.Behaviors);
    }

    public string EndpointName => Blueprint.Name;

    public bool IsSendOnly => Blueprint.SendOnly;

    public PipelineSettings Pipeline { get; }

    public ConventionsBuilder Conventions() => new(Blueprint.Conventions);

    /// <summary>This endpoint has no queue: it sends and publishes, and never receives.</summary>
    public void SendOnly() => Blueprint.SendOnly = true;

    internal EndpointBlueprint Blueprint { get; }
}
