using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Trace;
using Roost.Platform.Checking;
using Roost.Platform.Logging;
using Roost.Platform.Measuring;
using Roost.Platform.Migrating;
using Roost.Platform.Starting;
using Roost.Platform.Tracing;
using Serilog;
using Serilog.Extensions.Logging;

namespace Roost.Platform;

/// <summary>
/// How every endpoint begins and runs:
/// <code>
/// var builder = RoostEndpoint.CreateBuilder(args, "Roost.Reservation");
/// builder.AddMigrations(typeof(Program).Assembly);
/// builder.AddBus(bus => bus.Runs&lt;BookingSaga&gt;().Sends&lt;HoldNights&gt;(to: "Roost.Calendar"));
/// await RoostEndpoint.Run(builder.Build());
/// </code>
/// </summary>
public static class RoostEndpoint
{
    /// <param name="name">Also the name of its queue.</param>
    /// <param name="schema">The schema it owns; by default its name without "Roost.", in lower case.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, string name, string? schema = null)
    {
        FailedStart.EndsWithOneLine(name);
        // Settings are read once; watching their files would cost an inotify handle per process.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = name,
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
        });
        var given = new Settings(builder.Configuration, name);
        var settings = PlatformSettings.Read(given, name, schema ?? name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant());
        ((IHostApplicationBuilder)builder).Properties[typeof(PlatformSettings)] = settings;
        ((IHostApplicationBuilder)builder).Properties[typeof(Settings)] = given;

        builder.Services.AddSingleton(settings).AddSingleton(given).AddSingleton(TimeProvider.System);
        var loggers = AddLogging(builder, settings, given);
        AddHttp(builder, settings, given);
        AddPostgres(builder, settings, loggers);
        AddTelemetry(builder.Services, settings);
        AddChecks(builder.Services, settings);
        AddPreparation(builder.Services);
        return builder;
    }

    /// <summary>What the endpoint was told from outside, for settings of its own: builder.Given().RequiredUri("Stripe:Url", "https").</summary>
    public static Settings Given(this WebApplicationBuilder builder) => (Settings)((IHostApplicationBuilder)builder).Properties[typeof(Settings)];

    internal static NpgsqlDataSource Database(this WebApplicationBuilder builder) =>
        (NpgsqlDataSource)((IHostApplicationBuilder)builder).Properties[typeof(NpgsqlDataSource)];

    internal static PlatformSettings Settings(this WebApplicationBuilder builder) =>
        (PlatformSettings)((IHostApplicationBuilder)builder).Properties[typeof(PlatformSettings)];

    /// <summary>The .sql files of this assembly make the endpoint's schema, before anything else starts.</summary>
    public static WebApplicationBuilder AddMigrations(this WebApplicationBuilder builder, Assembly assembly)
    {
        var settings = builder.Settings();
        builder.AddStep($"schema {settings.Schema}", (services, ct) =>
            new SchemaMigrator(settings.Postgres, settings.Schema, Migration.EmbeddedIn(assembly), services.Log<SchemaMigrator>()).Run(ct));
        return builder;
    }

    /// <summary>Something to be done before the bus starts, after the steps added earlier.</summary>
    public static WebApplicationBuilder AddStep(this WebApplicationBuilder builder, string what, Func<IServiceProvider, CancellationToken, Task> step)
    {
        builder.Services.AddSingleton(new Step(what, step));
        return builder;
    }

    /// <summary>Serves until asked to stop, then finishes what is in flight. A start that fails says why in one line and exits with 1.</summary>
    public static async Task Run(WebApplication app)
    {
        app.MapOperations().MapHealthAndMetrics();
        var stopping = app.Lifetime.ApplicationStopping; // not to be asked for once the host is gone
        var name = app.Environment.ApplicationName;
        try
        {
            await app.RunAsync();
        }
        catch (Exception e) when (FailedStart.Explain(e) is { } why)
        {
            FailedStart.Tell(name, why);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped while it was still starting.
        }
    }

    static SerilogLoggerFactory AddLogging(WebApplicationBuilder builder, PlatformSettings settings, Settings given)
    {
        var logger = Logs.Open(settings, given);
        builder.Logging.ClearProviders().AddSerilog(logger, dispose: true);
        builder.Services.AddSingleton<IStartupFilter, RequestIdFilter>();
        return new SerilogLoggerFactory(logger);
    }

    static void AddHttp(WebApplicationBuilder builder, PlatformSettings settings, Settings given)
    {
        List<(Uri Address, string Setting)> addresses = [(settings.Http, given.Name("Http"))];
        if (settings.Operations is { } operations) addresses.Add((operations, given.Name("Operations")));
        builder.WebHost.UseUrls([.. addresses.Select(each => each.Address.GetLeftPart(UriPartial.Authority))]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // Asked first: whoever starts the same thing twice should not wait for migrations to learn it.
        builder.AddStep("Addresses are free", (_, _) => FailedStart.UnlessFree(addresses));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.StopWithin);
    }

    static void AddPostgres(WebApplicationBuilder builder, PlatformSettings settings, ILoggerFactory loggers)
    {
        // Made now, because the bus is configured with it; connects when it is first used.
        var database = Databases.Open(new NpgsqlConnectionStringBuilder(settings.Postgres), settings.Endpoint, loggers);
        ((IHostApplicationBuilder)builder).Properties[typeof(NpgsqlDataSource)] = database;
        builder.Services.AddSingleton(_ => database);
    }

    static void AddTelemetry(IServiceCollection services, PlatformSettings settings)
    {
        services.AddSingleton<Metrics>();
        services.AddSingleton(_ => new TraceExport(Traces.Open(settings)));
        // Both listen from now on, also to the start itself.
        services.AddSingleton(new Step("Telemetry", (provider, _) =>
        {
            provider.GetRequiredService<Metrics>();
            provider.GetRequiredService<TraceExport>();
            return Task.CompletedTask;
        }));
    }

    static void AddChecks(IServiceCollection services, PlatformSettings settings)
    {
        services.AddSingleton<Readiness>();
        var checks = services.AddHealthChecks()
            .AddBounded<PostgresCheck>("postgres", needed: true)
            .AddBounded<RabbitCheck>("rabbitmq", needed: true);
        if (settings.Redis is not null) checks.AddBounded<RedisCheck>("redis", needed: false);
    }

    static void AddPreparation(IServiceCollection services)
    {
        services.AddHostedService<Preparation>();
        services.AddSingleton(new Step("PostgreSQL is there", (provider, ct) =>
            Servers.WaitForPostgres(provider.GetRequiredService<PlatformSettings>(), provider.GetRequiredService<Settings>(), provider.Log<Preparation>(), ct)));
        services.AddSingleton(new Step("RabbitMQ is there", (provider, ct) =>
            Servers.WaitForRabbit(provider.GetRequiredService<PlatformSettings>(), provider.GetRequiredService<Settings>(), provider.Log<Preparation>(), ct)));
    }

    internal static ILogger<T> Log<T>(this IServiceProvider services) => services.GetRequiredService<ILogger<T>>();

    /// <summary>Holds the exporter, so that the host disposes of it and the last spans leave.</summary>
    sealed class TraceExport(TracerProvider? provider) : IDisposable
    {
        public void Dispose() => provider?.Dispose();
    }
}
