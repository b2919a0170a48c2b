using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NServiceBus;
using NServiceBus.TransactionalSession;
using Roost.Bus.Persistence;
using Roost.Bus.Pipeline.Incoming;

namespace Roost.Bus.Hosting;

/// <summary>Adds to the host's services what an endpoint brings.</summary>
static class EndpointRegistration
{
    public static void Add(IServiceCollection services, EndpointBlueprint blueprint, object? identifier)
    {
        HandlerScan.Apply(blueprint);
        RefuseSecond(services, blueprint, identifier);

        // Built at start, not now: services added to the host later are seen.
        services.AddKeyedSingleton(blueprint, (provider, _) => new EndpointInstance(blueprint, provider));
        services.AddSingleton<IHostedService>(provider => new EndpointHost(
            Instance(provider), provider.GetService<InstallersOptions>(), provider.GetRequiredService<IHostApplicationLifetime>()));
        services.AddSingleton(blueprint);

        services.AddScoped<StorageScope>();
        services.AddScoped<ScopedMessage>();
        services.AddTransient(provider => provider.GetRequiredService<StorageScope>().Current);
        blueprint.Persistence?.ConfigureServices(services, blueprint.Settings);

        if (identifier is null)
        {
            services.AddSingleton<IMessageSession>(provider => Instance(provider).Session);
            if (HasTransactionalSession()) services.AddScoped(provider => Open(provider));
        }
        else
        {
            services.AddKeyedSingleton<IMessageSession>(identifier, (provider, _) => Instance(provider).Session);
            if (HasTransactionalSession()) services.AddKeyedScoped(identifier, (provider, _) => Open(provider));
        }

        bool HasTransactionalSession() => blueprint.Settings.HasSetting(typeof(TransactionalSessionOptions).FullName!);
        EndpointInstance Instance(IServiceProvider provider) => provider.GetRequiredKeyedService<EndpointInstance>(blueprint);
        ITransactionalSession Open(IServiceProvider scope) => Instance(scope).OpenTransactionalSession(scope);
    }

    static void RefuseSecond(IServiceCollection services, EndpointBlueprint blueprint, object? identifier)
    {
        var others = services.Where(service => service is { IsKeyedService: false, ImplementationInstance: EndpointBlueprint })
            .Select(service => (EndpointBlueprint)service.ImplementationInstance!).ToList();
        if (others.Count == 0) return;
        if (identifier is null)
            throw new InvalidOperationException(
                "Several endpoints in one host need an identifier each: pass one to AddNServiceBusEndpoint.");
        if (others.Exists(other => other.Name == blueprint.Name))
            throw new InvalidOperationException($"An endpoint named '{blueprint.Name}' is already registered in this host.");
    }
}
