using System.Diagnostics;
using System.Text.Json;
using Roost.Domain;

namespace Roost.Demo;

/// <summary>One booking from end to end, each step with how long it took.</summary>
static class FirstBooking
{
    const int Nights = 3;

    static readonly TimeSpan calendarLearns = TimeSpan.FromSeconds(10);

    public static async Task Make(Api api)
    {
        var host = await api.SignIn("host@demo.test");
        var home = (await api.Get("hosts/me/listings", host)).GetProperty("items").EnumerateArray()
            .First(listing => listing.GetProperty("kind").GetString() == "home" && listing.GetProperty("instantBook").GetBoolean());
        var unitId = home.GetProperty("units")[0].GetProperty("unitId").GetGuid();

        var guest = await Step("signed in", () => api.SignIn("guest@demo.test"), _ => "guest@demo.test");
        var earlier = (await api.Get("bookings?limit=100", guest)).GetProperty("items").GetArrayLength();
        var checkIn = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(30 + earlier * Nights);
        var stay = new Stay(checkIn, checkIn.AddDays(Nights));

        await Step("looked at", () => OnSale(api, home, stay), _ => home.GetProperty("title").GetString()!);
        var quote = await Step("quoted", () => api.Post("quotes", guest, new
        {
            unitId, checkIn = stay.CheckIn, checkOut = stay.CheckOut, guests = new { adults = 2 },
        }), it => $"{Nights} nights for {Amount(it.GetProperty("total"))}");
        var key = Guid.CreateVersion7().ToString();
        var booking = await Step("booked", () => api.Post("bookings", guest, new
        {
            quoteId = quote.GetProperty("quoteId").GetGuid(), paymentMethodId = "pm_card_visa",
        }, ("Idempotency-Key", key), ("Prefer", "wait=10")), it => $"{it.GetProperty("status").GetString()}, code {it.GetProperty("confirmationCode").GetString()}");
        var seen = await Step("read", () => api.Get($"bookings/{booking.GetProperty("bookingId").GetGuid()}", guest),
            it => $"payment {it.GetProperty("payment").GetProperty("status").GetString()}, {it.GetProperty("timeline").GetArrayLength()} steps in its timeline");
        if (seen.GetProperty("status").GetString() != "confirmed") throw new RefusedException($"the booking is {seen.GetProperty("status").GetString()}");
    }

    /// <summary>A place is on sale when its calendar has learned of it, which takes a moment after the host said so.</summary>
    static async Task<bool> OnSale(Api api, JsonElement listing, Stay stay)
    {
        var path = $"listings/{listing.GetProperty("listingId").GetGuid()}?checkIn={stay.CheckIn:yyyy-MM-dd}&checkOut={stay.CheckOut:yyyy-MM-dd}&guests=2";
        var waited = Stopwatch.StartNew();
        while (!(await api.Get(path, token: null)).GetProperty("units")[0].GetProperty("available").GetBoolean())
        {
            if (waited.Elapsed > calendarLearns) throw new RefusedException("the home is not free on the demo's nights");
            await Task.Delay(20);
        }
        return true;
    }

    static async Task<T> Step<T>(string what, Func<Task<T>> work, Func<T, string> told)
    {
        var started = Stopwatch.StartNew();
        var result = await work();
        Console.WriteLine($"  {what,-10} {started.Elapsed.TotalMilliseconds,7:0} ms  {told(result)}");
        return result;
    }

    static string Amount(JsonElement money) => new Money(money.GetProperty("amount").GetInt64(), money.GetProperty("currency").GetString()!).ToString();
}
