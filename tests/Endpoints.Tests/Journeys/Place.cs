using Roost.Endpoints.Tests.Web;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>A place with one unit that a host has put on sale: 100 USD a night, 20 for cleaning, no tax.</summary>
public sealed class Place
{
    public const long Night = 10_000;
    public const long Cleaning = 2_000;
    public const string Visa = "pm_card_visa";
    public const string Declined = "pm_card_visa_chargeDeclined";

    Place(Person host, Guid listingId, Guid unitId) => (Host, ListingId, UnitId) = (host, listingId, unitId);

    public Person Host { get; }
    public Guid ListingId { get; }
    public Guid UnitId { get; }

    /// <summary>A day far enough ahead for any policy.</summary>
    public static DateOnly Someday { get; } = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(60);

    public static DateOnly Day(int days) => Someday.AddDays(days);

    public static async Task<Place> OnSale(
        int capacity = 1, bool instantBook = true, string checkInTime = "15:00", string policy = "flexible", Person? host = null)
    {
        host ??= await TheProduct.Web.Somebody("host");
        var created = await host.Post("listings", new
        {
            kind = capacity == 1 ? "home" : "hotel", title = "House by the lake", description = "Quiet.", propertyType = "house",
            address = new { line1 = "Lakeside 1", city = $"Lakeville {Guid.NewGuid():N}"[..20], country = "NL" },
            location = new { lat = 52.1, lon = 5.1 }, timeZone = "Etc/UTC", amenities = new[] { "wifi" }, currency = "USD",
            cancellationPolicy = policy, instantBook, checkInTime, checkOutTime = "11:00", units = new[] { Unit(capacity) },
        });
        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var place = new Place(host, created["listingId"].GetGuid(), created["units"][0].GetProperty("unitId").GetGuid());

        var activated = await host.Post($"listings/{place.ListingId}/activate");
        Assert.That(activated.Status, Is.EqualTo(204), activated.Text);
        await Eventually.Is(async () => await place.Free(Someday) == capacity);
        return place;
    }

    public static object Unit(int capacity, long night = Night) => new
    {
        name = "The house", capacity, maxGuests = 4, basePrice = Usd(night), cleaningFee = Usd(Cleaning), minNights = 1, maxNights = 30,
    };

    public static object Usd(long amount) => new { amount, currency = "USD" };

    /// <summary>What so many nights cost: with cleaning and the service fee of 14 %.</summary>
    public static long Total(int nights, long night = Night) => nights * night * 114 / 100 + Cleaning;

    public Task<Answer> Quote(Person guest, DateOnly checkIn, DateOnly checkOut, int quantity = 1) =>
        guest.Post("quotes", new { unitId = UnitId, checkIn, checkOut, guests = new { adults = 2 }, quantity });

    public async Task<Guid> Quoted(Person guest, DateOnly checkIn, DateOnly checkOut, int quantity = 1)
    {
        var quote = await Quote(guest, checkIn, checkOut, quantity);
        Assert.That(quote.Status, Is.EqualTo(201), quote.Text);
        return quote["quoteId"].GetGuid();
    }

    /// <summary>Waits for what comes of it.</summary>
    public async Task<Answer> Book(Person guest, DateOnly checkIn, DateOnly checkOut, string card = Visa, int quantity = 1) =>
        await Book(guest, await Quoted(guest, checkIn, checkOut, quantity), card);

    public static Task<Answer> Book(Person guest, Guid quoteId, string card = Visa, string? key = null) =>
        guest.Post("bookings", new { quoteId, paymentMethodId = card }, ("Idempotency-Key", key ?? $"{Guid.NewGuid()}"), ("Prefer", "wait=10"));

    public async Task<Guid> Booked(Person guest, DateOnly checkIn, DateOnly checkOut, int quantity = 1)
    {
        var booking = await Book(guest, checkIn, checkOut, quantity: quantity);
        Assert.That(booking.Status, Is.EqualTo(201), booking.Text);
        return booking["bookingId"].GetGuid();
    }

    /// <summary>How many are free that night, as everybody sees it.</summary>
    public async Task<int> Free(DateOnly night)
    {
        var calendar = await TheProduct.Web.Client.Get($"units/{UnitId}/calendar?from={night:O}&to={night.AddDays(1):O}");
        return calendar.Status == 200 && calendar["nights"].GetArrayLength() == 1 ? calendar["nights"][0].GetProperty("available").GetInt32() : -1;
    }

    public Task<int> Claims(string kind) => TheProduct.Web.Database.Value<int>(
        $"select count(*)::int from calendar.claims where unit_id = '{UnitId}' and kind = '{kind}' and state = 'live'");
}
