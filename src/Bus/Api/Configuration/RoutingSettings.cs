using System.Reflection;
using NServiceBus.Transport;
using Roost.Bus.Pipeline.Outgoing;

namespace NServiceBus;

/// <summary>Where commands go: by exact type, else by namespace, else by assembly.</summary>
public class RoutingSettings
{
    readonly Routes routes;

    internal RoutingSettings(Routes routes) => this.routes = routes;

    public void RouteToEndpoint(Type messageType, string destination)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        if (destination.Contains('@'))
            throw new ArgumentException(
                $"A logical endpoint name should not contain '@', but received '{destination}'.", nameof(destination));
        routes.Add(messageType, destination);
    }

    public void RouteToEndpoint(Assembly assembly, string destination)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        routes.Add(assembly, @namespace: null, destination);
    }

    public void RouteToEndpoint(Assembly assembly, string @namespace, string destination)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        routes.Add(assembly, @namespace, destination);
    }

    public void DoNotEnforceBestPractices() => routes.EnforceBestPractices = false;
}

public sealed class RoutingSettings<T> : RoutingSettings where T : TransportDefinition
{
    internal RoutingSettings(Routes routes) : base(routes) { }
}
