using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RabbitMQ.Client;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>How a connection introduces itself, and what the broker said of itself.</summary>
static class ConnectionProperties
{
    /// <summary>The release of the official packages that we are compatible with, as operators' tools expect to see it.</summary>
    const string CoreVersion = "10.2.8";
    const string TransportVersion = "11.2.1";

    const uint LargestOfAnyBroker = 512 * 1024 * 1024;

    public static ConnectionFactory Factory(BrokerSettings settings, string name)
    {
        var address = settings.Address;
        var factory = new ConnectionFactory
        {
            ClientProvidedName = name,
            VirtualHost = address.VirtualHost,
            UserName = address.UserName,
            Password = address.Password,
            RequestedFrameMax = settings.LargestFrame,
            RequestedHeartbeat = settings.Heartbeat,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
            HandshakeContinuationTimeout = TimeSpan.FromSeconds(10),
            ContinuationTimeout = TimeSpan.FromSeconds(20),
            MaxInboundMessageBodySize = LargestOfAnyBroker, // what the broker took has to be received, if only to be put aside
            ClientProperties = Introduction(settings),
        };
        if (settings.AuthMechanisms.Count > 0) factory.AuthMechanisms = settings.AuthMechanisms;
        return factory;
    }

    public static IEnumerable<AmqpTcpEndpoint> Endpoints(BrokerSettings settings)
    {
        var address = settings.Address;
        ClusterNode[] nodes = [new(address.Host, address.Port, address.UseTls), .. settings.ClusterNodes];
        return nodes.Select(node => new AmqpTcpEndpoint(node.Host, node.Port, Tls(settings, node)));
    }

    public static Version BrokerVersion(IConnection connection)
    {
        var said = connection.ServerProperties is { } properties && properties.TryGetValue("version", out var value) && value is byte[] text
            ? Encoding.UTF8.GetString(text)
            : "";
        var digits = new string([.. said.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).TrimEnd('.');
        return Version.TryParse(digits, out var version) ? version : new Version(0, 0);
    }

    static Dictionary<string, object?> Introduction(BrokerSettings settings) => new()
    {
        ["client_api"] = "NServiceBus",
        ["nservicebus_version"] = CoreVersion,
        ["nservicebus.rabbitmq_version"] = TransportVersion,
        ["application"] = AppDomain.CurrentDomain.FriendlyName,
        ["application_location"] = AppContext.BaseDirectory,
        ["machine_name"] = Environment.MachineName,
        ["user"] = settings.Address.UserName,
        ["endpoint_name"] = settings.EndpointName,
    };

    static SslOption Tls(BrokerSettings settings, ClusterNode node)
    {
        if (!node.UseTls) return new SslOption();
        var tls = new SslOption(node.Host) { Enabled = true };
        if (settings.ClientCertificate is { } certificate) tls.Certs = new X509Certificate2Collection(certificate);
        if (!settings.ValidateRemoteCertificate)
        {
            tls.AcceptablePolicyErrors = SslPolicyErrors.RemoteCertificateChainErrors
                | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable;
        }
        return tls;
    }
}
