namespace Roost.Demo;

public sealed record City(string Name, string Country, string Zone, string Currency, decimal Lat, decimal Lon, long Night, string[] Quarters);

/// <summary>Where the catalogue is, and how places there are called. Prices are of a plain night, in minor units of the currency.</summary>
public static class Places
{
    public static readonly City[] Cities =
    [
        new("Lisbon", "PT", "Europe/Lisbon", "EUR", 38.7223m, -9.1393m, 9_500, ["Alfama", "Graça", "Belém", "Chiado", "Estrela"]),
        new("Berlin", "DE", "Europe/Berlin", "EUR", 52.5200m, 13.4050m, 9_000, ["Kreuzberg", "Mitte", "Neukölln", "Prenzlauer Berg", "Wedding"]),
        new("Paris", "FR", "Europe/Paris", "EUR", 48.8566m, 2.3522m, 14_000, ["Marais", "Montmartre", "Belleville", "Bastille", "Batignolles"]),
        new("London", "GB", "Europe/London", "GBP", 51.5074m, -0.1278m, 13_000, ["Hackney", "Camden", "Brixton", "Greenwich", "Soho"]),
        new("New York", "US", "America/New_York", "USD", 40.7128m, -74.0060m, 18_000, ["Harlem", "Williamsburg", "Chelsea", "Astoria", "Park Slope"]),
        new("San Francisco", "US", "America/Los_Angeles", "USD", 37.7749m, -122.4194m, 19_000, ["Mission", "Sunset", "Castro", "Noe Valley", "Marina"]),
        new("Mexico City", "MX", "America/Mexico_City", "MXN", 19.4326m, -99.1332m, 150_000, ["Roma", "Condesa", "Coyoacán", "Polanco", "Juárez"]),
        new("Tokyo", "JP", "Asia/Tokyo", "JPY", 35.6762m, 139.6503m, 16_000, ["Yanaka", "Shibuya", "Asakusa", "Nakameguro", "Koenji"]),
        new("Bangkok", "TH", "Asia/Bangkok", "THB", 13.7563m, 100.5018m, 180_000, ["Thonglor", "Ari", "Silom", "Old Town", "Ekkamai"]),
        new("Auckland", "NZ", "Pacific/Auckland", "NZD", -36.8509m, 174.7645m, 17_000, ["Ponsonby", "Devonport", "Parnell", "Grey Lynn", "Mission Bay"]),
        new("Honolulu", "US", "Pacific/Honolulu", "USD", 21.3069m, -157.8583m, 21_000, ["Waikiki", "Kaimuki", "Manoa", "Kakaako", "Makiki"]),
        new("Reykjavik", "IS", "Atlantic/Reykjavik", "EUR", 64.1466m, -21.9426m, 16_000, ["Old Harbour", "Hlíðar", "Grandi", "Laugardalur", "Vesturbær"]),
        new("Kathmandu", "NP", "Asia/Kathmandu", "USD", 27.7172m, 85.3240m, 4_500, ["Thamel", "Patan", "Boudha", "Bhaktapur", "Lazimpat"]),
        new("Kuwait City", "KW", "Asia/Kuwait", "KWD", 29.3759m, 47.9774m, 28_000, ["Salmiya", "Sharq", "Bneid Al-Gar", "Jabriya", "Hawally"]),
    ];

    static readonly string[] kinds = ["Bright flat", "Quiet studio", "Old town house", "Roof terrace apartment", "Garden cottage", "Loft with a view", "Family home"];
    static readonly string[] hotels = ["Hotel Meridian", "The Lantern", "Casa Nova", "Harbour House", "Hotel Aurora"];
    static readonly string[] events = ["Jazz night", "Cooking class", "Street food walk", "Chamber concert", "Ceramics workshop"];
    static readonly string[][] amenities = [["wifi", "kitchen"], ["wifi", "kitchen", "washer"], ["wifi", "pool", "parking"], ["wifi", "kitchen", "ac", "workspace"], ["wifi", "pets"]];
    static readonly string[] policies = ["flexible", "moderate", "strict"];

    /// <summary>The n-th place of the catalogue: always the same for the same n. Of five, three are homes, one is a hotel, one an event.</summary>
    public static object Listing(int n, DateOnly today)
    {
        var city = Cities[n % Cities.Length];
        var quarter = city.Quarters[n / Cities.Length % city.Quarters.Length];
        var (kind, title, type, units) = (n % 5) switch
        {
            3 => ("hotel", $"{hotels[n / 5 % hotels.Length]} {quarter}", "hotel", HotelRooms(city, n)),
            4 => ("event", $"{events[n / 5 % events.Length]} in {quarter}", "experience", Tickets(city, n, today)),
            _ => ("home", $"{kinds[n % kinds.Length]} in {quarter}", "apartment", Home(city, n)),
        };
        return new
        {
            kind, title, propertyType = type,
            description = $"{title}, {city.Name}. A short walk from everything that matters in {quarter}, and quiet at night.",
            address = new { line1 = $"{quarter} {n + 1}", city = city.Name, country = city.Country },
            location = new { lat = city.Lat + (n % 17 - 8) * 0.004m, lon = city.Lon + (n % 13 - 6) * 0.005m },
            timeZone = city.Zone, amenities = amenities[n % amenities.Length], currency = city.Currency,
            cancellationPolicy = policies[n % policies.Length], instantBook = n % 4 != 2,
            checkInTime = "15:00", checkOutTime = "11:00", units,
        };
    }

    static object[] Home(City city, int n) =>
    [
        new
        {
            name = "The whole place", capacity = 1, maxGuests = 2 + n % 5, bedrooms = 1 + n % 3, beds = 1 + n % 4, bathrooms = 1,
            basePrice = Price(city, 100 + n % 7 * 15), cleaningFee = Price(city, 35), minNights = 1 + n % 2, maxNights = 60,
        },
    ];

    static object[] HotelRooms(City city, int n) =>
    [
        new { name = "Single", capacity = 4 + n % 6, maxGuests = 1, basePrice = Price(city, 90), cleaningFee = Price(city, 0) },
        new { name = "Double", capacity = 8 + n % 12, maxGuests = 2, basePrice = Price(city, 140), cleaningFee = Price(city, 0) },
        new { name = "Suite", capacity = 2, maxGuests = 4, basePrice = Price(city, 320), cleaningFee = Price(city, 0) },
    ];

    static object[] Tickets(City city, int n, DateOnly today) =>
    [
        new
        {
            name = "Admission", capacity = 20 + n % 9 * 10, maxGuests = 1, basePrice = Price(city, 40), cleaningFee = Price(city, 0), minNights = 1, maxNights = 1,
            date = today.AddDays(20 + n % 100),
        },
    ];

    /// <summary>Rounded to a whole hundred, so that it can be charged in every currency.</summary>
    static object Price(City city, int percent) => new { amount = city.Night * percent / 100 / 100 * 100, currency = city.Currency };
}
