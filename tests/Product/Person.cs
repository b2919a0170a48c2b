using System.Net.Http.Json;

namespace Roost.Product;

/// <summary>Somebody with an account, signed in; as a host or as a guest. Prices are in dollars.</summary>
public sealed class Person
{
    const string Password = "Rainy-Walks-2027";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    readonly Marketplace marketplace;
    readonly string accessToken;

    Person(Marketplace marketplace, string accessToken) => (this.marketplace, this.accessToken) = (marketplace, accessToken);

    internal static async Task<Person> SignsUp(Marketplace marketplace, string name)
    {
        var email = $"{name}.{Guid.NewGuid():N}@guests.test";
        var account = new { email, password = Password, firstName = "Pat", lastName = "Guest" };
        await Must(201, await Ask(marketplace, null, HttpMethod.Post, "auth/signup", account));
        var tokens = await Must(200, await Ask(marketplace, null, HttpMethod.Post, "auth/login", new { email, password = Password }));
        return new Person(marketplace, tokens["accessToken"].GetString()!);
    }

    /// <summary>One unit, on sale. The arrival is at midnight in UTC: a guest who comes today has arrived already.</summary>
    /// <returns>The unit, once the calendar sells it.</returns>
    public async Task<Guid> Sells(string kind, int capacity, DateOnly? date = null)
    {
        var listing = await Must(201, await Ask(HttpMethod.Post, "listings", new
        {
            kind, title = "A place", description = "By the sea.", propertyType = "place", address = new { line1 = "Shore 1", city = "Porto", country = "PT" },
            location = new { lat = 41.1, lon = -8.6 }, timeZone = "UTC", amenities = new[] { "wifi" }, currency = "USD", cancellationPolicy = "flexible",
            instantBook = true, checkInTime = "00:00", checkOutTime = "11:00",
            units = new[] { new { name = "The unit", capacity, maxGuests = 4, basePrice = new { amount = 10_000, currency = "USD" }, date } },
        }));
        await Must(204, await Ask(HttpMethod.Post, $"listings/{listing["listingId"].GetGuid()}/activate"));
        var unit = listing["units"][0].GetProperty("unitId").GetGuid();
        await Eventually.Is(
            () => marketplace.Database.Value<bool>($"select exists (select from calendar.unit_view where unit_id = '{unit}' and on_sale)"), Patience);
        return unit;
    }

    public Task<Answer> AsksForPrice(Guid unit, DateOnly checkIn, DateOnly checkOut, int quantity = 1) =>
        Insists("quotes", new { unitId = unit, checkIn, checkOut, guests = new { adults = 1 }, quantity });

    public async Task<Guid> Quote(Guid unit, DateOnly checkIn, DateOnly checkOut, int quantity = 1) =>
        (await Must(201, await AsksForPrice(unit, checkIn, checkOut, quantity)))["quoteId"].GetGuid();

    public Task<Answer> Books(Guid quote, Guid key, string card = "pm_card_visa") =>
        Insists("bookings", new { quoteId = quote, paymentMethodId = card }, ("Idempotency-Key", $"{key}"), ("Prefer", "wait=10"));

    public Task<Answer> Cancels(Guid booking, Guid key) =>
        Insists($"bookings/{booking}/cancel", new { reason = "plans changed" }, ("Idempotency-Key", $"{key}"));

    public Task<Answer> Sees(Guid booking) => Ask(HttpMethod.Get, $"bookings/{booking}");

    /// <summary>What a client does that loses its connection: asks again, with the same key, until there is an answer.</summary>
    Task<Answer> Insists(string path, object body, params (string Name, string Value)[] headers) =>
        Eventually.Sees(() => Ask(HttpMethod.Post, path, body, headers), answer => answer.IsDefinitive, Patience, path);

    Task<Answer> Ask(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers) =>
        Ask(marketplace, accessToken, method, path, body, headers);

    static async Task<Answer> Ask(
        Marketplace marketplace, string? token, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var message = await marketplace.Web.SendAsync(request);
        return new Answer((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message.Headers.Contains("Idempotency-Replayed"));
    }

    static Task<Answer> Must(int status, Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        return Task.FromResult(answer);
    }
}
