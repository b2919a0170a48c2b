namespace Roost.Endpoints.Tests.Web;

/// <summary>Bodies that are right; a test changes what it is about.</summary>
static class Some
{
    public static Dictionary<string, object?> Home(string title = "A quiet house") => new()
    {
        ["kind"] = "home",
        ["title"] = title,
        ["description"] = "Two rooms and a garden.",
        ["propertyType"] = "house",
        ["address"] = new { line1 = "Hauptstr. 1", city = "Berlin", country = "DE", postalCode = "10115" },
        ["location"] = new { lat = 52.52, lon = 13.4 },
        ["timeZone"] = "Europe/Berlin",
        ["amenities"] = new[] { "wifi" },
        ["currency"] = "EUR",
        ["cancellationPolicy"] = "flexible",
        ["instantBook"] = true,
        ["checkInTime"] = "15:00",
        ["checkOutTime"] = "11:00",
        ["units"] = new[] { new { name = "House", capacity = 1, maxGuests = 4, basePrice = new { amount = 12000, currency = "EUR" } } },
    };
}
