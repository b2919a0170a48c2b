using Microsoft.Extensions.Logging;

namespace Roost.Bus.Transport;

/// <summary>What a transport needs to know of the endpoint it works for.</summary>
public sealed record TransportContext(string EndpointName, string HostDisplayName, TimeProvider Clock, ILoggerFactory Loggers);
