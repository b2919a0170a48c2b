using System.Globalization;
using Npgsql;
using RabbitMQ.Client;

namespace Roost.Platform;

/// <summary>What every endpoint is told from outside. README.md explains each key.</summary>
public sealed record PlatformSettings
{
    public const int LongestTablePrefix = 20;

    /// <summary>Name of the endpoint and of its queue: Roost.Reservation.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The only schema this endpoint writes.</summary>
    public required string Schema { get; init; }

    public required string Postgres { get; init; }
    public required Uri RabbitMq { get; init; }
    public required string? Redis { get; init; }

    /// <summary>Where the process listens.</summary>
    public required Uri Http { get; init; }

    /// <summary>A second address for probes and metrics alone, for when the callers of those are not on this machine.</summary>
    public required Uri? Operations { get; init; }

    public required string? LogFolder { get; init; }
    public required Uri? Otlp { get; init; }

    /// <summary>How long the start waits for PostgreSQL and RabbitMQ to be there.</summary>
    public required TimeSpan StartWithin { get; init; }

    /// <summary>How long work in flight may take to finish when the process is asked to stop.</summary>
    public required TimeSpan StopWithin { get; init; }

    /// <summary>ServiceControl's input queue; heartbeats, checks and saga changes are reported only when it is given.</summary>
    public required string? ServiceControl { get; init; }

    /// <summary>The input queue of ServiceControl's monitoring instance.</summary>
    public required string? Monitoring { get; init; }

    /// <summary>Tables of the bus, all in one schema, begin with it; two endpoints with one prefix would take each other's messages for done.</summary>
    public string TablePrefix => Schema + "_";

    static Uri Broker(Settings settings)
    {
        var uri = settings.RequiredUri("RabbitMQ", "amqp", "amqps");
        // A virtual host is one part of the path; a slash in its name is written %2f.
        if (uri.AbsolutePath.TrimStart('/').Contains('/')) throw settings.Wrong("RabbitMQ", "a URI with one virtual host");
        try
        {
            _ = new ConnectionFactory { Uri = uri };
            return uri;
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            throw settings.Wrong("RabbitMQ", "a URI such as amqp://user:password@host:5672/%2f"); // without the reason, which quotes the password
        }
    }

    public static PlatformSettings Read(Settings settings, string endpoint, string schema) => new()
    {
        Endpoint = endpoint,
        Schema = Checked(schema),
        Postgres = ConnectionString(settings, endpoint, schema),
        RabbitMq = Broker(settings),
        Redis = HostAndPort(settings, "Redis"),
        Http = settings.OptionalAddress("Http") ?? new Uri("http://127.0.0.1:0"),
        Operations = settings.OptionalAddress("Operations"),
        LogFolder = settings.Optional("Logs"),
        Otlp = settings.OptionalUri("Otlp", "http", "https"),
        StartWithin = TimeSpan.FromSeconds(settings.Number("StartWithin", otherwise: 60, min: 1, max: 3600)),
        StopWithin = TimeSpan.FromSeconds(settings.Number("StopWithin", otherwise: 30, min: 1, max: 600)),
        ServiceControl = settings.Optional("ServiceControl"),
        Monitoring = settings.Optional("Monitoring"),
    };

    static string Checked(string schema) =>
        schema.Length < LongestTablePrefix && schema.All(c => char.IsAsciiLetterLower(c) || c == '_')
            ? schema
            : throw new ArgumentException($"'{schema}' is no schema name: lower-case letters, shorter than {LongestTablePrefix}", nameof(schema));

    static string ConnectionString(Settings settings, string endpoint, string schema)
    {
        var text = settings.Required("Postgres");
        try
        {
            var given = new NpgsqlConnectionStringBuilder(text);
            // Host is what a mistyped string lacks; the driver itself would complain only when connecting.
            if (string.IsNullOrEmpty(given.Host)) throw new ArgumentException("no host");
            if (given.Port is < 1 or > 65535) throw new ArgumentException("no port");
            if (given.Multiplexing) throw new ArgumentException("locks of a session need a connection of their own");

            given.ApplicationName = endpoint;
            given.Timezone = "UTC";
            given.SearchPath = $"{schema},public";
            // Of several servers the one that takes writes, for reads as well: a standby may be behind, and nothing is decided by what was true a while ago.
            if (given.Host.Contains(',', StringComparison.Ordinal)) given.TargetSessionAttributes = "read-write";
            // Statements used twice are prepared and kept under a name, so that they are planned once per connection.
            if (given.MaxAutoPrepare == 0) given.MaxAutoPrepare = 100;
            given.AutoPrepareMinUsages = 2;
            // Nothing we set outlives its transaction, so connections need no cleaning between two uses: a quarter more transactions.
            given.NoResetOnClose = true;
            if (!Says(text, "Maximum Pool Size", "MaxPoolSize")) given.MaxPoolSize = 50;
            if (!Says(text, "Timeout")) given.Timeout = 10;
            using var _ = NpgsqlDataSource.Create(given); // what does not go together is said here
            return given.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw settings.Wrong("Postgres", "an Npgsql connection string such as Host=db;Username=roost;Password=...;Database=roost", e);
        }
    }

    static bool Says(string connectionString, params ReadOnlySpan<string> keywords)
    {
        foreach (var part in connectionString.Split(';'))
        {
            foreach (var keyword in keywords)
            {
                if (part.AsSpan().Trim().StartsWith(keyword, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }
        return false;
    }

    static string? HostAndPort(Settings settings, string key)
    {
        if (settings.Optional(key) is not { } text) return null;
        var colon = text.LastIndexOf(':');
        var isAddress = colon > 0 && Uri.CheckHostName(text[..colon]) != UriHostNameType.Unknown
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536;
        return isAddress ? text : throw settings.Wrong(key, "host:port");
    }
}
