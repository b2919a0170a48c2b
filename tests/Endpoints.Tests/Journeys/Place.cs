namespace Roost.Endpoints.Tests.Journeys;

/// <summary>A place with one unit that a host has put on sale: 100 USD a night, 20 for cleaning, no tax.</summary>
public sealed class Place
{
    public const long Night = Selling.Night;
    public const long Cleaning = 2_000;
    public const string Visa = Cards.Visa;
    public const string Declined = Cards.Declined;

    Place(Person host, Guid listingId, Guid unitId) => (Host, ListingId, UnitId) = (host, listingId, unitId);

    public Person Host { get; }
    public Guid ListingId { get; }
    public Guid UnitId { get; }

    public static DateOnly Day(int days) => Selling.Someday.AddDays(days);

    public static async Task<Place> OnSale(
        int capacity = 1, bool instantBook = true, string checkInTime = "15:00", string policy = "flexible", Person? host = null)
    {
        host ??= await TheProduct.Running.SignUp("host");
        var listed = await host.Lists(
            capacity == 1 ? "home" : "hotel", Unit(capacity), capacity, instantBook: instantBook, checkInTime: checkInTime, policy: policy);
        return new Place(host, listed.ListingId, listed.UnitId);
    }

    public static object Unit(int capacity, long night = Night, int minNights = 1) => new
    {
        name = "The house", capacity, maxGuests = 4, basePrice = Selling.Usd(night), cleaningFee = Selling.Usd(Cleaning), minNights, maxNights = 30,
    };

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
    public Task<int> Free(DateOnly night) => Host.SeesFree(UnitId, night);

    public Task<int> Claims(string kind) => TheProduct.Running.Database.Value<int>(
        $"select count(*)::int from calendar.claims where unit_id = '{UnitId}' and kind = '{kind}' and state = 'live'");
}
