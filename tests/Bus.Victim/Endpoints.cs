using Npgsql;
using NpgsqlTypes;
using NServiceBus.TransactionalSession;

namespace Roost.Bus.Victim;

/// <param name="Retries">How often a failed message is tried again at once; null leaves it to the bus.</param>
/// <param name="Heartbeat">After three to four of these a silent connection to the broker is given up; null leaves it to the bus.</param>
/// <param name="CriticalAfter">How long the broker may be away before that is a critical error; null leaves it to the bus.</param>
/// <param name="Sessions">Whether rows and messages can be committed outside of handlers.</param>
public sealed record Surroundings(
    string Rabbit, string Postgres, int? Retries = null, TimeSpan? Heartbeat = null, TimeSpan? CriticalAfter = null, bool Sessions = false);

public static class Endpoints
{
    /// <summary>The endpoint that is killed, or cut off from its servers.</summary>
    public static EndpointConfiguration Victim(Surroundings around)
    {
        var endpoint = New("Victim", around);
        endpoint.AddSaga<Trip>();
        return endpoint;
    }

    /// <summary>The endpoint that hears of what the victim did.</summary>
    public static EndpointConfiguration Witness(Surroundings around)
    {
        var endpoint = New("Witness", around);
        endpoint.AddHandler<NoteWhatIsHeard>();
        return endpoint;
    }

    /// <summary>The victim with an owner who is told when the broker is away for a second.</summary>
    public static EndpointConfiguration Watched(Surroundings around, Action onCriticalError)
    {
        var endpoint = New("Victim", around with { CriticalAfter = TimeSpan.FromSeconds(1) });
        endpoint.AddSaga<Trip>();
        endpoint.DefineCriticalErrorAction((_, _) =>
        {
            onCriticalError();
            return Task.CompletedTask;
        });
        return endpoint;
    }

    /// <summary>Sends from outside of handlers, as a web request does.</summary>
    public static EndpointConfiguration Clerk(Surroundings around) => New("Clerk", around with { Sessions = true });

    /// <summary>All that an endpoint can be asked to do beside its messages.</summary>
    public static EndpointConfiguration WithEverything(Surroundings around)
    {
        const string Platform = "ServiceControl";
        var endpoint = Victim(around);
        endpoint.AddHandler<NoteWhatIsHeard>();
        endpoint.AuditProcessedMessagesTo("audit");
        endpoint.Recoverability().Delayed(delayed => delayed.NumberOfRetries(3));
        endpoint.SendHeartbeatTo(Platform);
        endpoint.ReportCustomChecksTo(Platform);
        endpoint.AuditSagaStateChanges(Platform);
        endpoint.EnableMetrics().SendMetricDataToServiceControl(Platform, TimeSpan.FromSeconds(10));
        return endpoint;
    }

    public static EndpointConfiguration Flooded(Surroundings around, bool outbox)
    {
        var endpoint = outbox ? New("Flooded", around) : NewWithoutStorage("Flooded", around);
        endpoint.AddHandler<LetItPass>();
        endpoint.LimitMessageProcessingConcurrencyTo(32);
        return endpoint;
    }

    static EndpointConfiguration New(string name, Surroundings around)
    {
        var endpoint = NewWithoutStorage(name, around);
        endpoint.EnableOutbox();
        var persistence = endpoint.UsePersistence<SqlPersistence>();
        persistence.ConnectionBuilder(() => new NpgsqlConnection(around.Postgres));
        persistence.SqlDialect<SqlDialect.PostgreSql>().JsonBParameterModifier(parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb);
        if (around.Sessions) persistence.EnableTransactionalSession();
        return endpoint;
    }

    static EndpointConfiguration NewWithoutStorage(string name, Surroundings around)
    {
        var endpoint = new EndpointConfiguration(name);
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), around.Rabbit)
        {
            ValidateDeliveryLimits = false,
            DisabledBrokerRequirementChecks = BrokerRequirementChecks.Version310OrNewer | BrokerRequirementChecks.StreamsEnabled,
            NetworkRecoveryInterval = TimeSpan.FromSeconds(2),
        };
        if (around.Heartbeat is { } heartbeat) transport.HeartbeatInterval = heartbeat;
        if (around.CriticalAfter is { } patience) transport.TimeToWaitBeforeTriggeringCircuitBreaker = patience;
        endpoint.UseTransport(transport).RouteToEndpoint(typeof(Depart), "Victim");
        endpoint.UseSerialization<SystemJsonSerializer>();
        endpoint.AssemblyScanner().Disable = true;
        endpoint.EnableInstallers();
        endpoint.LimitMessageProcessingConcurrencyTo(8);
        if (around.Retries is { } retries) endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(retries));
        return endpoint;
    }
}
