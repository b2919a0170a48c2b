using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Roost.Demo;

public sealed class RefusedException(string message) : Exception(message);

/// <summary>Roost's HTTP contract, as far as the demo needs it.</summary>
public sealed class Api(Uri web) : IDisposable
{
    public const string Password = "Demo-Pass-2027!";

    readonly HttpClient http = new() { BaseAddress = new Uri(web, "/api/v1/"), Timeout = TimeSpan.FromSeconds(30) };

    public async Task<string> SignIn(string email) =>
        (await Post("auth/login", token: null, new { email, password = Password })).GetProperty("accessToken").GetString()!;

    public Task<JsonElement> SignUp(string email, string firstName, string lastName) =>
        Post("auth/signup", token: null, new { email, password = Password, firstName, lastName });

    public Task<JsonElement> Get(string path, string? token) => Send(HttpMethod.Get, path, token, body: null, headers: []);

    public Task<JsonElement> Post(string path, string? token, object? body, params IEnumerable<(string Name, string Value)> headers) =>
        Send(HttpMethod.Post, path, token, body, headers);

    public void Dispose() => http.Dispose();

    async Task<JsonElement> Send(HttpMethod method, string path, string? token, object? body, IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new RefusedException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
