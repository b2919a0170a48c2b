namespace Roost.Platform.Messaging;

/// <summary>What an endpoint does with messages, by name: the table of contents of its Program.cs.</summary>
public sealed class BusSetup
{
    readonly EndpointConfiguration endpoint;
    readonly RoutingSettings routing;
    readonly HashSet<Type> handlers = [];

    internal BusSetup(EndpointConfiguration endpoint, RoutingSettings routing) => (this.endpoint, this.routing) = (endpoint, routing);

    public BusSetup Runs<TSaga>() where TSaga : Saga
    {
        endpoint.AddSaga<TSaga>();
        return this;
    }

    /// <summary>Says the message too, though the handler knows it: "who handles this?" is answered by looking here.</summary>
    public BusSetup Handles<TMessage, THandler>() where THandler : class, IHandleMessages<TMessage>
    {
        if (handlers.Add(typeof(THandler))) endpoint.AddHandler<THandler>();
        return this;
    }

    public BusSetup Sends<TCommand>(string to)
    {
        routing.RouteToEndpoint(typeof(TCommand), to);
        return this;
    }

    /// <summary>Lets HTTP requests commit rows and messages together (ITransactionalSession).</summary>
    public BusSetup WithTransactionalSession()
    {
        HasTransactionalSession = true;
        return this;
    }

    /// <summary>
    /// Neither outbox nor sagas, and so no transaction of the bus around each message: for an endpoint whose every handler finds in its own rows that it
    /// has done this already, and gives the same answer again.
    /// </summary>
    public BusSetup WithoutStorage()
    {
        HasStorage = false;
        return this;
    }

    /// <summary>How many messages are handled at the same time, unless the setting Concurrency says otherwise.</summary>
    public BusSetup AtOnce(int messages)
    {
        Concurrency = messages;
        return this;
    }

    internal bool HasStorage { get; private set; } = true;
    internal bool HasTransactionalSession { get; private set; }
    internal int Concurrency { get; private set; } = 16;

    /// <summary>For what is rarely needed.</summary>
    public BusSetup Also(Action<EndpointConfiguration> change)
    {
        change(endpoint);
        return this;
    }
}
