using Npgsql;
using NpgsqlTypes;

namespace Roost.Bus.Victim;

public static class Endpoints
{
    /// <summary>The endpoint that is killed.</summary>
    public static EndpointConfiguration Victim(string rabbit, string postgres)
    {
        var endpoint = New("Victim", rabbit, postgres);
        endpoint.AddSaga<Trip>();
        return endpoint;
    }

    /// <summary>The endpoint that hears of what the victim did.</summary>
    public static EndpointConfiguration Witness(string rabbit, string postgres)
    {
        var endpoint = New("Witness", rabbit, postgres);
        endpoint.AddHandler<NoteWhatIsHeard>();
        return endpoint;
    }

    static EndpointConfiguration New(string name, string rabbit, string postgres)
    {
        var endpoint = new EndpointConfiguration(name);
        var transport = new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), rabbit)
        {
            ValidateDeliveryLimits = false,
            DisabledBrokerRequirementChecks = BrokerRequirementChecks.Version310OrNewer | BrokerRequirementChecks.StreamsEnabled,
        };
        endpoint.UseTransport(transport).RouteToEndpoint(typeof(Depart), "Victim");
        endpoint.UseSerialization<SystemJsonSerializer>();
        endpoint.AssemblyScanner().Disable = true;
        endpoint.EnableInstallers();
        endpoint.EnableOutbox();
        endpoint.LimitMessageProcessingConcurrencyTo(8);
        // Every kill is a delivery that counts; only a real failure may end in the error queue.
        endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(1000));

        var persistence = endpoint.UsePersistence<SqlPersistence>();
        persistence.ConnectionBuilder(() => new NpgsqlConnection(postgres));
        persistence.SqlDialect<SqlDialect.PostgreSql>().JsonBParameterModifier(parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb);
        return endpoint;
    }
}
