using System.Net.Http.Headers;
using System.Text.Json;

namespace Roost.Stripe.Tests.Simulator;

/// <summary>Somebody with an API key and nothing else: speaks to the simulator as curl would.</summary>
public sealed class Caller(Uri stripe, string key = StripeServer.Key) : IDisposable
{
    readonly HttpClient http = new() { BaseAddress = stripe, Timeout = TimeSpan.FromSeconds(20) };

    public async Task<Reply> Post(string path, string form = "", string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(form, MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded")),
        };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await Send(request);
    }

    public Task<Reply> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));
    public Task<Reply> Delete(string path) => Send(new HttpRequestMessage(HttpMethod.Delete, path));

    async Task<Reply> Send(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new Reply((int)response.StatusCode, body, response.Headers.ToDictionary(header => header.Key, header => header.Value.First()));
    }

    public async Task<Reply> Hold(string card = "pm_card_visa", long amount = 10_000, string more = "") =>
        await Post("/v1/payment_intents", HoldForm(card, amount, more));

    public static string HoldForm(string card = "pm_card_visa", long amount = 10_000, string more = "") =>
        $"amount={amount}&currency=usd&payment_method_types[0]=card&payment_method={card}&capture_method=manual&confirm=true&expand[0]=latest_charge{more}";

    public async Task<Reply> Charge(string card = "pm_card_visa", long amount = 10_000)
    {
        var held = await Hold(card, amount);
        return await Post($"/v1/payment_intents/{held.Id}/capture", $"amount_to_capture={amount}");
    }

    public void Dispose() => http.Dispose();
}

public sealed record Reply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

    public string Id => Text("id")!;

    /// <summary>The value at a path such as error.payment_intent.status; null when it is null or not there.</summary>
    public string? Text(string path)
    {
        var element = Json;
        foreach (var step in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element)) return null;
        }
        return element.ValueKind is JsonValueKind.Null ? null : element.ToString();
    }

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public override string ToString() => $"{Status} {Body}";
}
