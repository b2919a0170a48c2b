namespace Roost.Product;

/// <summary>Putting a place on sale: 100 USD a night, in UTC.</summary>
public static class Selling
{
    public const long Night = 10_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>A day far enough ahead for any policy.</summary>
    public static DateOnly Someday { get; } = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(60);

    /// <summary>One unit. The arrival is at midnight: a guest who comes today has arrived already.</summary>
    /// <param name="date">The day of a ticket.</param>
    /// <returns>The unit, once the calendar sells it.</returns>
    public static async Task<Guid> Sells(this Person host, string kind, int capacity, DateOnly? date = null, bool instantBook = true) =>
        (await host.Lists(
            kind, new { name = "The unit", capacity, maxGuests = 4, basePrice = Usd(Night), date }, capacity, date, instantBook, checkInTime: "00:00")).UnitId;

    public static async Task<Listed> Lists(
        this Person host, string kind, object unit, int capacity, DateOnly? date = null,
        bool instantBook = true, string checkInTime = "15:00", string policy = "flexible")
    {
        var listed = await host.Drafts(kind, unit, instantBook, checkInTime, policy);
        var activated = await host.Post($"listings/{listed.ListingId}/activate");
        Assert.That(activated.Status, Is.AnyOf(202, 204), activated.Text); // 202: on a busy machine it takes longer than the route waits
        await Eventually.Is(async () => await host.SeesFree(listed.UnitId, date ?? Someday) == capacity, Patience);
        return listed;
    }

    /// <summary>Not on sale yet.</summary>
    public static async Task<Listed> Drafts(
        this Person host, string kind, object unit, bool instantBook = true, string checkInTime = "15:00", string policy = "flexible")
    {
        var listing = await host.Post("listings", new
        {
            kind, title = "House by the lake", description = "Quiet.", propertyType = "house",
            address = new { line1 = "Lakeside 1", city = $"Lakeville {Guid.NewGuid():N}"[..20], country = "NL" },
            location = new { lat = 52.1, lon = 5.1 }, timeZone = "Etc/UTC", amenities = new[] { "wifi" }, currency = "USD",
            cancellationPolicy = policy, instantBook, checkInTime, checkOutTime = "11:00", units = new[] { unit },
        });
        Assert.That(listing.Status, Is.EqualTo(201), listing.Text);
        return new Listed(listing["listingId"].GetGuid(), listing["units"][0].GetProperty("unitId").GetGuid());
    }

    /// <summary>How many are free that night, as everybody sees it; -1 when nothing is known of it yet.</summary>
    public static async Task<int> SeesFree(this Person person, Guid unit, DateOnly night)
    {
        var calendar = await person.Get($"units/{unit}/calendar?from={night:O}&to={night.AddDays(1):O}");
        return calendar.Status == 200 && calendar["nights"].GetArrayLength() == 1 ? calendar["nights"][0].GetProperty("available").GetInt32() : -1;
    }

    public static object Usd(long amount) => new { amount, currency = "USD" };

    public sealed record Listed(Guid ListingId, Guid UnitId);
}
