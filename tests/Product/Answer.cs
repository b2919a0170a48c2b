using System.Net.Http.Json;
using System.Text.Json;

namespace Roost.Product;

/// <summary>What came back: status, headers, and the body both as text and as JSON.</summary>
public sealed record Answer(int Status, string Text, HttpResponseMessage Message)
{
    public JsonElement Body => JsonDocument.Parse(Text).RootElement;

    public JsonElement this[string member] => Body.GetProperty(member);

    public string? Code => Text.StartsWith('{') && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The fields that a 422 names.</summary>
    public string[] WrongFields => Body.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(error => error.Name)] : [];

    public string? Header(string name) =>
        Message.Headers.TryGetValues(name, out var values) || Message.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : null;

    public bool IsReplay => Header("Idempotency-Replayed") is not null;

    /// <summary>Asking again with the same key gives the same; before that, it is not known what happened.</summary>
    public bool IsDefinitive => Status < 500 && Status != 429 && Code != "idempotency_in_progress";

    /// <summary>The body without what differs from request to request.</summary>
    public string Words => Text.Length == 0 || Code is null ? Text
        : JsonSerializer.Serialize(Body.EnumerateObject().Where(member => member.Name != "traceId").ToDictionary(member => member.Name, member => member.Value));

    public override string ToString() => $"{Status} {Text}";
}

public static class Asking
{
    public static async Task<Answer> Ask(
        this HttpClient client, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var message = await client.SendAsync(request);
        var answer = new Answer((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);
        if ((await Described.By(client))?.Complaint(answer) is { } complaint) throw new AssertionException($"{method} {path}: {answer}: {complaint}");
        return answer;
    }

    public static Task<Answer> Get(this HttpClient client, string path) => client.Ask(HttpMethod.Get, path);

    public static Task<Answer> Post(this HttpClient client, string path, object? body = null) => client.Ask(HttpMethod.Post, path, body);
}
