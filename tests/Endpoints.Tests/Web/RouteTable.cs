using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Roost.Web.Identity;

namespace Roost.Endpoints.Tests.Web;

/// <summary>A route of the contract as the running Web knows it.</summary>
sealed record Route(string Method, string Pattern, bool IsForEverybody, bool TakesBody)
{
    /// <summary>/api/v1/bookings/{bookingId:guid}/cancel has one: bookingId.</summary>
    public string[] Parameters => [.. Pattern.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}').Split(':')[0])];

    public string With(Func<string, string> value) =>
        string.Join('/', Pattern.Split('/').Select(part => part.StartsWith('{') ? value(part.Trim('{', '}').Split(':')[0]) : part));

    public override string ToString() => $"{Method} {Pattern}";
}

/// <summary>Asked of Web itself, started once more inside of this process: what is mapped is here, described or not.</summary>
static class RouteTable
{
    public static async Task<List<Route>> Of(TestWeb web)
    {
        using var listening = new HostCatcher();
        using var subscription = DiagnosticListener.AllListeners.Subscribe(listening);
        string[] settings = [.. web.Settings.Select(setting => $"--{setting.Key.Replace("__", ":")}={setting.Value}"), "--ROOST:HTTP=http://127.0.0.1:0"];
        var main = typeof(Caller).Assembly.EntryPoint!;
        var running = Task.Run(() => main.Invoke(null, [settings]));

        await Eventually.Is(() => listening.Host is not null || running.IsCompleted, within: TimeSpan.FromSeconds(30));
        var host = listening.Host ?? throw new AssertionException($"Web ended: {running.Exception}");
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await Eventually.Is(() => lifetime.ApplicationStarted.IsCancellationRequested || running.IsCompleted, within: TimeSpan.FromSeconds(60));
        var routes = host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => new Route(
                method, endpoint.RoutePattern.RawText!,
                endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetMetadata<IAuthorizeData>() is null,
                endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null)))
            .Distinct().ToList();
        lifetime.StopApplication();
        await running;
        return routes;
    }

    /// <summary>The host announces itself when it is built.</summary>
    sealed class HostCatcher : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        readonly List<IDisposable> subscriptions = [];

        public IHost? Host { get; set; }

        public void OnNext(DiagnosticListener listener)
        {
            if (listener.Name == "Microsoft.Extensions.Hosting") subscriptions.Add(listener.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> told)
        {
            if (told is { Key: "HostBuilt", Value: IHost host }) Host = host;
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }

        public void Dispose() => subscriptions.ForEach(each => each.Dispose());
    }
}
