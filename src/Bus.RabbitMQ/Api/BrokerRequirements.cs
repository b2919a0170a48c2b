namespace NServiceBus;

/// <summary>How many messages the broker may have on the way to an endpoint with this many workers.</summary>
public delegate long PrefetchCountCalculation(int maximumConcurrency);

[Flags]
public enum BrokerRequirementChecks { None = 0, Version310OrNewer = 1, StreamsEnabled = 2 }

/// <summary>Where the broker's management API is and as whom to ask it; what is not given is taken from the connection string.</summary>
public sealed class ManagementApiConfiguration
{
    public ManagementApiConfiguration(string url)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        Url = url;
    }

    public ManagementApiConfiguration(string userName, string password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(userName);
        ArgumentException.ThrowIfNullOrWhiteSpace(password);
        UserName = userName;
        Password = password;
    }

    public ManagementApiConfiguration(string url, string userName, string password)
        : this(userName, password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        Url = url;
    }

    internal string? Url { get; }
    internal string? UserName { get; }
    internal string? Password { get; }
}
