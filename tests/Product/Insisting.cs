namespace Roost.Product;

/// <summary>What a client does that loses its connection: asks again, with the same key, until there is an answer.</summary>
public static class Insisting
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    public static Task<Answer> AsksForPrice(this Person guest, Guid unit, DateOnly checkIn, DateOnly checkOut, int quantity = 1) =>
        guest.Insists("quotes", new { unitId = unit, checkIn, checkOut, guests = new { adults = 1 }, quantity });

    public static async Task<Guid> Quote(this Person guest, Guid unit, DateOnly checkIn, DateOnly checkOut, int quantity = 1)
    {
        var quote = await guest.AsksForPrice(unit, checkIn, checkOut, quantity);
        Assert.That(quote.Status, Is.EqualTo(201), quote.Text);
        return quote["quoteId"].GetGuid();
    }

    public static Task<Answer> Books(this Person guest, Guid quote, Guid key, string card = Cards.Visa) =>
        guest.Insists("bookings", new { quoteId = quote, paymentMethodId = card }, key);

    public static Task<Answer> Cancels(this Person guest, Guid booking, Guid key) =>
        guest.Insists($"bookings/{booking}/cancel", new { reason = "plans changed" }, key);

    public static Task<Answer> AsksToChange(this Person guest, Guid booking, DateOnly checkIn, DateOnly checkOut, Guid key) =>
        guest.Insists($"bookings/{booking}/changes", new { checkIn, checkOut }, key);

    public static Task<Answer> ConfirmsChange(this Person guest, Guid change, Guid key, string card = Cards.Visa) =>
        guest.Insists($"changes/{change}/confirm", new { paymentMethodId = card }, key);

    public static Task<Answer> Waits(this Person guest, Guid unit, DateOnly checkIn, DateOnly checkOut, Guid key) =>
        guest.Insists("waitlist", new { unitId = unit, checkIn, checkOut, quantity = 1 }, key);

    public static Task<Answer> TakesOffer(this Person guest, Guid entry, Guid key, string card = Cards.Visa) =>
        guest.Insists($"waitlist/{entry}/accept", new { paymentMethodId = card }, key);

    public static Task<Answer> Leaves(this Person guest, Guid entry, Guid key) => Insists(
        () => guest.Ask(HttpMethod.Delete, $"waitlist/{entry}", headers: ("Idempotency-Key", $"{key}")), $"waitlist/{entry}");

    public static Task<Answer> Accepts(this Person host, Guid booking, Guid key) => host.Insists($"bookings/{booking}/accept", null, key);

    public static Task<Answer> Declines(this Person host, Guid booking, Guid key) => host.Insists($"bookings/{booking}/decline", null, key);

    public static Task<Answer> Sees(this Person person, Guid booking) => person.Get($"bookings/{booking}");

    /// <summary>Looks again and again until it is there and as wanted.</summary>
    public static Task<Answer> Awaits(this Person person, string path, Func<Answer, bool> right) =>
        Eventually.Sees(() => person.Get(path), answer => answer.Status == 200 && right(answer), Patience, path);

    static Task<Answer> Insists(this Person person, string path, object? body, Guid? key = null) =>
        Insists(() => person.Post(path, body, key is null ? [] : [("Idempotency-Key", $"{key}"), ("Prefer", "wait=10")]), path);

    static Task<Answer> Insists(Func<Task<Answer>> ask, string path) => Eventually.Sees(ask, answer => answer.IsDefinitive, Patience, path);
}

/// <summary>Cards that the simulator knows.</summary>
public static class Cards
{
    public const string Visa = "pm_card_visa";
    public const string Declined = "pm_card_visa_chargeDeclined";
}
