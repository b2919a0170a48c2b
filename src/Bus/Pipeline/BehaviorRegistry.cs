using NServiceBus.Pipeline;

namespace Roost.Bus.Pipeline;

/// <summary>The behaviours an endpoint's configuration added, by the kind of context they work on.</summary>
sealed class BehaviorRegistry
{
    readonly List<(string StepId, Type ContextType, Func<IServiceProvider, IBehavior> Create)> steps = [];
    int mutators;

    public void Add(string stepId, Type behaviorType, Func<IServiceProvider, IBehavior> create)
    {
        if (steps.Exists(step => step.StepId == stepId))
            throw new ArgumentException($"Step registration with id '{stepId}' is already registered.", nameof(stepId));
        steps.Add((stepId, ContextTypeOf(behaviorType), create));
    }

    public void AddMutator(IBehavior mutator) =>
        steps.Insert(mutators++, ($"mutator {mutators}", ContextTypeOf(mutator.GetType()), _ => mutator));

    /// <summary>The stage's behaviours as one delegate; null when there is none, so that the stage costs nothing.</summary>
    public Func<TContext, Func<Task>, Task>? Build<TContext>(IServiceProvider services) where TContext : class, IBehaviorContext
    {
        var behaviors = steps
            .Where(step => step.ContextType == typeof(TContext))
            .Select(step => (Behavior<TContext>)step.Create(services))
            .ToArray();
        if (behaviors.Length == 0) return null;

        return (context, terminator) => Run(behaviors, 0, context, terminator);
    }

    static Task Run<TContext>(Behavior<TContext>[] behaviors, int index, TContext context, Func<Task> terminator)
        where TContext : class, IBehaviorContext =>
        index == behaviors.Length
            ? terminator()
            : behaviors[index].Invoke(context, () => Run(behaviors, index + 1, context, terminator));

    static Type ContextTypeOf(Type behaviorType)
    {
        for (var type = behaviorType; type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Behavior<>)) return type.GetGenericArguments()[0];
        throw new ArgumentException($"{behaviorType.Name} is not a Behavior<TContext>.", nameof(behaviorType));
    }
}
