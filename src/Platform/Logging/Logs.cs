using Roost.Platform.Starting;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Roost.Platform.Logging;

static class Logs
{
    public static Logger Open(PlatformSettings settings, Settings given)
    {
        var formatter = new DiscreetFormatter();
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Information()
            // ASP.NET's own request lines carry query strings, and health checks repeat themselves; we say it once, without.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            // Its scope has a request id of its own, which would hide the one that the client knows.
            .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
            .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LevelAlias.Off)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            // Said in one line; the host would add a stack trace.
            .Filter.ByExcluding(logged => logged.Exception is { } e && (FailedStart.Explain(e) is not null || IsStoppedStart(logged)))
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Endpoint", settings.Endpoint)
            .Enrich.WithProperty("Process", Environment.ProcessId)
            .WriteTo.Console(formatter);
        if (settings.LogFolder is { } folder)
        {
            configuration.WriteTo.File(formatter, Path.Combine(MakeFolder(folder, given), $"{settings.Endpoint}-.json"),
                rollingInterval: RollingInterval.Day, fileSizeLimitBytes: 100 << 20, rollOnFileSizeLimit: true, retainedFileCountLimit: 14);
        }
        return configuration.CreateLogger();
    }

    static bool IsStoppedStart(LogEvent logged) =>
        logged.Exception is OperationCanceledException
        && logged.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source)
        && source is ScalarValue { Value: "Microsoft.Extensions.Hosting.Internal.Host" };

    static string MakeFolder(string folder, Settings given)
    {
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw given.Wrong("Logs", "a folder that can be written", e);
        }
    }
}
