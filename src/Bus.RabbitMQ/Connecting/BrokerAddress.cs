using System.Data.Common;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>Where the broker is and as whom to log in, read from either form of a connection string.</summary>
sealed record BrokerAddress(string Host, int Port, string VirtualHost, string UserName, string Password, bool UseTls)
{
    const int PlainPort = 5672;
    const int TlsPort = 5671;

    /// <summary>Understood by transports of long ago; ignoring one of these silently would change how an endpoint behaves.</summary>
    static readonly Dictionary<string, string> Replacements = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dequeuetimeout"] = "it has no replacement",
        ["maxwaittimeforconfirms"] = "it has no replacement",
        ["prefetchcount"] = "use RabbitMQTransport.PrefetchCountCalculation",
        ["usepublisherconfirms"] = "confirms are always on",
        ["certPath"] = "use RabbitMQTransport.ClientCertificate",
        ["certPassphrase"] = "use RabbitMQTransport.ClientCertificate",
        ["requestedHeartbeat"] = "use RabbitMQTransport.HeartbeatInterval",
        ["retryDelay"] = "use RabbitMQTransport.NetworkRecoveryInterval",
    };

    public static int DefaultPort(bool useTls) => useTls ? TlsPort : PlainPort;

    public static BrokerAddress Parse(string connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString)) throw new ArgumentException("The connection string is empty.", nameof(connectionString));
        return connectionString.StartsWith("amqp", StringComparison.OrdinalIgnoreCase) && connectionString.Contains("://", StringComparison.Ordinal)
            ? FromUri(connectionString)
            : FromKeys(connectionString);
    }

    /// <summary>Never the password: this is what logs show.</summary>
    public override string ToString() => $"{(UseTls ? "amqps" : "amqp")}://{UserName}@{Host}:{Port}/{(VirtualHost == "/" ? "" : VirtualHost)}";

    static BrokerAddress FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
            throw new NotSupportedException("The connection string is not of the form amqp://user:password@host:port/vhost.");
        var useTls = uri.Scheme == "amqps";
        var user = uri.UserInfo.Split(':', 2);
        var path = uri.AbsolutePath.TrimStart('/');
        return new BrokerAddress(
            uri.Host,
            uri.Port > 0 ? uri.Port : DefaultPort(useTls),
            path == "" ? "/" : Uri.UnescapeDataString(path),
            user[0] == "" ? "guest" : Uri.UnescapeDataString(user[0]),
            user.Length < 2 ? "guest" : Uri.UnescapeDataString(user[1]),
            useTls);
    }

    static BrokerAddress FromKeys(string text)
    {
        var keys = new DbConnectionStringBuilder { ConnectionString = text };
        string? Value(string key) => keys.TryGetValue(key, out var value) ? value.ToString() : null;

        var problems = Replacements.Where(old => keys.ContainsKey(old.Key)).Select(old => $"'{old.Key}' is not supported: {old.Value}.").ToList();
        var host = Value("host") ?? "";
        if (host == "") problems.Add("'host' is missing.");
        if (host.Contains(',')) problems.Add("'host' names several hosts: use RabbitMQTransport.AddClusterNode.");
        var useTls = Flag(Value("useTls"), problems);
        var port = DefaultPort(useTls);
        if (host.Split(':') is [var name, var portOfHost])
        {
            host = name;
            port = Number(portOfHost, problems);
        }
        else if (Value("port") is { } given)
        {
            port = Number(given, problems);
        }
        if (problems.Count > 0) throw new NotSupportedException("The connection string cannot be used. " + string.Join(' ', problems));

        return new BrokerAddress(host, port, Value("virtualHost") ?? "/", Value("userName") ?? "guest", Value("password") ?? "guest", useTls);
    }

    static bool Flag(string? text, List<string> problems)
    {
        if (text is null || bool.TryParse(text, out var flag) && !flag) return false;
        if (!bool.TryParse(text, out _)) problems.Add($"'useTls' is neither true nor false: '{text}'.");
        return true;
    }

    static int Number(string text, List<string> problems)
    {
        if (int.TryParse(text, out var port)) return port;
        problems.Add($"'{text}' is no port.");
        return 0;
    }
}
