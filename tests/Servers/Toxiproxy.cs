using System.Net.Http.Json;

namespace Roost.Servers;

/// <summary>A toxiproxy-server of one's own: between a process under test and its servers it cuts, slows, stalls or half-opens connections.</summary>
public sealed class Toxiproxy : IAsyncDisposable
{
    readonly ChildProcess server;
    readonly HttpClient http;

    Toxiproxy(ChildProcess server, HttpClient http)
    {
        this.server = server;
        this.http = http;
    }

    /// <summary>Skips the test when the tool is not there.</summary>
    public static async Task<Toxiproxy> Start()
    {
        var port = Ports.Free();
        var server = ChildProcess.Start(Tools.Require("toxiproxy-server"), ["-host", "127.0.0.1", "-port", $"{port}"]);
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        await Eventually.Is(async () => (await http.GetAsync("version")).IsSuccessStatusCode, describe: () => server.Output);
        return new Toxiproxy(server, http);
    }

    /// <param name="upstream">host:port of the real server.</param>
    public async Task<Proxy> Before(string upstream, string? name = null)
    {
        name ??= $"p{Ports.Free()}";
        var port = Ports.Free();
        using var answer = await http.PostAsJsonAsync("proxies", new { name, listen = $"127.0.0.1:{port}", upstream, enabled = true });
        answer.EnsureSuccessStatusCode();
        return new Proxy(http, name, port);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    public sealed class Proxy(HttpClient http, string name, int port)
    {
        public string Host => "127.0.0.1";
        public int Port => port;

        /// <summary>Ends all connections and refuses new ones.</summary>
        public Task Cut() => Enable(false);

        public Task Restore() => Enable(true);

        public Task Latency(int milliseconds, int jitter = 0) => Add("latency", new { latency = milliseconds, jitter });

        /// <summary>Bytes stop flowing, connections stay open; with a time they are closed after it.</summary>
        public Task Stall(int closeAfterMilliseconds = 0) => Add("timeout", new { timeout = closeAfterMilliseconds });

        /// <summary>Only one direction stops: the half-open connection.</summary>
        public Task StallAnswers() => Add("timeout", new { timeout = 0 }, "downstream");

        public Task Bandwidth(int kilobytesPerSecond) => Add("bandwidth", new { rate = kilobytesPerSecond });

        public Task Reset() => Add("reset_peer", new { timeout = 0 });

        public Task CloseAfter(int bytes) => Add("limit_data", new { bytes });

        /// <summary>Takes all toxics away; connections that a stall held up go on.</summary>
        public async Task Heal()
        {
            var toxics = await http.GetFromJsonAsync<List<Toxic>>($"proxies/{name}/toxics") ?? [];
            foreach (var toxic in toxics)
            {
                using var answer = await http.DeleteAsync($"proxies/{name}/toxics/{toxic.Name}");
                answer.EnsureSuccessStatusCode();
            }
        }

        async Task Add(string type, object attributes, string? stream = null)
        {
            foreach (var direction in stream is null ? ["upstream", "downstream"] : new[] { stream })
            {
                using var answer = await http.PostAsJsonAsync($"proxies/{name}/toxics",
                    new { name = $"{type}_{direction}", type, stream = direction, toxicity = 1.0, attributes });
                answer.EnsureSuccessStatusCode();
            }
        }

        async Task Enable(bool enabled)
        {
            using var answer = await http.PostAsJsonAsync($"proxies/{name}", new { enabled });
            answer.EnsureSuccessStatusCode();
        }

        sealed record Toxic(string Name);
    }
}
