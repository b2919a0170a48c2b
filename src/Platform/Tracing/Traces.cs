using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Roost.Platform.Tracing;

/// <summary>Spans of HTTP, the bus, SQL and our own go to an OTLP collector when one is configured; otherwise none is even begun.</summary>
static class Traces
{
    public static TracerProvider? Open(PlatformSettings settings) => settings.Otlp is not { } collector ? null
        : Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(settings.Endpoint, serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .AddSource("Microsoft.AspNetCore", "NServiceBus.Core", "Npgsql", "Roost.*")
            .AddProcessor(new PersonalDataRemover())
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = collector;
                otlp.Protocol = collector.Port == 4318 ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            })
            .Build();

    /// <summary>Paths and query strings hold what people typed; the route says where it went.</summary>
    sealed class PersonalDataRemover : BaseProcessor<Activity>
    {
        static readonly string[] telling =
            ["url.full", "url.path", "url.query", "http.url", "http.target", "client.address", "net.peer.ip", "user_agent.original", "http.user_agent"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in telling) data.SetTag(tag, null);
        }
    }
}
