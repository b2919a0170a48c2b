using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Hosting;

namespace NServiceBus;

public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Makes this process run the endpoint: it starts and stops with the host. Reads the configuration now; call it last.
    /// </summary>
    public static void AddNServiceBusEndpoint(
        this IServiceCollection services, EndpointConfiguration endpointConfiguration, object? endpointIdentifier = null) =>
        EndpointRegistration.Add(services, endpointConfiguration.Blueprint, endpointIdentifier);

    /// <summary>Makes this process install what its endpoints need, and then stop instead of serving.</summary>
    public static void AddNServiceBusInstallers(this IServiceCollection services, Action<InstallersOptions>? configure = null)
    {
        var options = new InstallersOptions();
        configure?.Invoke(options);
        services.AddSingleton(options);
    }
}

public sealed class InstallersOptions
{
    public InstallersShutdownBehavior ShutdownBehavior { get; set; }
}

public enum InstallersShutdownBehavior
{
    StopApplication = 0,
    Continue = 1,
}
