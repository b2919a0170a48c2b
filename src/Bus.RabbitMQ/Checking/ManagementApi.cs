using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Roost.Bus.RabbitMQ.Connecting;

namespace Roost.Bus.RabbitMQ.Checking;

/// <summary>The broker's HTTP API: at the place given, or where it usually is, with the credentials of the connection unless others are given.</summary>
sealed class ManagementApi : IDisposable
{
    static readonly JsonSerializerOptions Dashes = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };
    readonly HttpClient http;

    public ManagementApi(BrokerSettings settings)
    {
        var address = settings.Address;
        var usual = new UriBuilder(address.UseTls ? "https" : "http", address.Host, address.UseTls ? 15671 : 15672).Uri;
        Url = settings.Management?.Url is { } given ? new Uri(given.EndsWith('/') ? given : given + "/") : usual;
        var user = settings.Management?.UserName ?? address.UserName;
        var password = settings.Management?.Password ?? address.Password;
        http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    public Uri Url { get; }

    /// <summary>Null when there is no such queue.</summary>
    public async Task<JsonElement?> Queue(string vhost, string queue, CancellationToken ct)
    {
        using var answer = await http.GetAsync($"api/queues/{Uri.EscapeDataString(vhost)}/{Uri.EscapeDataString(queue)}", ct);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    public async Task SetPolicy(string vhost, string name, object policy, CancellationToken ct)
    {
        using var answer = await http.PutAsJsonAsync(
            $"api/policies/{Uri.EscapeDataString(vhost)}/{Uri.EscapeDataString(name)}", policy, Dashes, ct);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}
