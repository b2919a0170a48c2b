using NServiceBus.Extensibility;

namespace NServiceBus.Pipeline;

public interface IBehaviorContext : IExtendable, ICancellableContext
{
    /// <summary>The services of the message in progress.</summary>
    IServiceProvider Builder { get; }
}

public interface IBehavior;

/// <summary>A step around everything that follows it in one stage of the pipeline. One instance serves all messages.</summary>
public abstract class Behavior<TContext> : IBehavior where TContext : class, IBehaviorContext
{
    public abstract Task Invoke(TContext context, Func<Task> next);
}
