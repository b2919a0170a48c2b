using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Pipeline;

namespace NServiceBus.Pipeline;

/// <summary>Registers behaviours. Those of one stage run in the order of registration.</summary>
public sealed class PipelineSettings
{
    readonly BehaviorRegistry registry;

    internal PipelineSettings(BehaviorRegistry registry) => this.registry = registry;

    public void Register(Type behavior, string description) => Register(behavior.Name, behavior, description);

    public void Register(string stepId, Type behavior, string description) =>
        registry.Add(stepId, behavior, services => (IBehavior)ActivatorUtilities.CreateInstance(services, behavior));

    public void Register<T>(T behavior, string description) where T : IBehavior => Register(typeof(T).Name, behavior, description);

    public void Register<T>(string stepId, T behavior, string description) where T : IBehavior =>
        registry.Add(stepId, behavior.GetType(), _ => behavior);

    public void Register<T>(Func<IServiceProvider, T> factoryMethod, string description) where T : IBehavior =>
        Register(typeof(T).Name, factoryMethod, description);

    public void Register<T>(string stepId, Func<IServiceProvider, T> factoryMethod, string description) where T : IBehavior =>
        registry.Add(stepId, typeof(T), services => factoryMethod(services));
}
