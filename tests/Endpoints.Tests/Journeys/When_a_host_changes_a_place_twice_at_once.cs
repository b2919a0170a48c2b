using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>Each change is made of what the one before it left, and the calendar ends with what Web says.</summary>
public sealed class When_a_host_changes_a_place_twice_at_once
{
    const int Rounds = 6;

    [Test]
    public async Task A_place_that_is_deleted_stays_deleted()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var place = await OnSale(capacity: 3);

            var deleted = Task.Run(() => place.Host.Ask(HttpMethod.Delete, $"listings/{place.ListingId}"));
            var others = Enumerable.Range(1, 2).Select(n => place.Host.Put($"units/{place.UnitId}", Unit(3, $"Room {n}"))).ToArray();
            await Task.WhenAll([deleted, .. others]);

            Assert.That((await deleted).Status, Is.EqualTo(204));
            Assert.That(await Task.WhenAll(others.Select(async it => (await it).Status)), Is.All.AnyOf(204, 404));
            Assert.That(await Status(place), Is.EqualTo("deleted"));
            await TheCalendarAgrees(place);
        }
    }

    [Test]
    public async Task A_change_of_the_place_and_its_activation_are_both_there()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var place = await OnSale(capacity: 3);
            await place.Host.Post($"listings/{place.ListingId}/deactivate");

            var answers = await Task.WhenAll(
                place.Host.Post($"listings/{place.ListingId}/activate"), place.Host.Put($"units/{place.UnitId}", Unit(3, "Another name")),
                place.Host.Put($"listings/{place.ListingId}", Described("Pacific/Auckland")));

            Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(202, 204), string.Join('\n', answers.Select(answer => answer.Text)));
            Assert.That(await Status(place), Is.EqualTo("active"));
            await TheCalendarAgrees(place);
        }
    }

    static async Task<string?> Status(Place place) => await TheProduct.Running.Database.Value<string>($"select status from web.listings where id = '{place.ListingId}'");

    static Task TheCalendarAgrees(Place place) => Eventually.Is(() => TheProduct.Running.Database.Value<bool>(
        $"""
        select c.time_zone = l.time_zone and c.on_sale = (l.status = 'active')
        from web.listings l join calendar.units c on c.listing_id = l.id where l.id = '{place.ListingId}'
        """));

    static object Unit(int capacity, string name) => new { name, capacity, maxGuests = 4, basePrice = Selling.Usd(Selling.Night) };

    static object Described(string timeZone) => new
    {
        title = "House by the lake", description = "Quiet.", propertyType = "house", address = new { line1 = "Lakeside 1", city = "Lakeville", country = "NL" },
        location = new { lat = 52.1, lon = 5.1 }, timeZone, amenities = new[] { "wifi" }, cancellationPolicy = "flexible", instantBook = true, checkInTime = "15:00",
        checkOutTime = "11:00",
    };
}
