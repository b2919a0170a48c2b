using Npgsql;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>The answer to the host means that the calendar has heard of it too: whoever acts on it is not told nonsense for a moment.</summary>
public sealed class When_a_place_goes_on_sale
{
    Person host = null!;

    [OneTimeSetUp]
    public async Task Begin() => host = await TheProduct.Running.SignUp("host");

    [Test]
    public async Task It_can_be_quoted_at_once()
    {
        for (var n = 0; n < 5; n++)
        {
            var listed = await host.Drafts("home", Unit(capacity: 1));

            var activated = await host.Post($"listings/{listed.ListingId}/activate");
            var quote = await Quote(listed.UnitId);

            Assert.That((activated.Status, quote.Status), Is.EqualTo((204, 201)), quote.Text);
        }
    }

    [Test]
    public async Task A_room_that_is_added_can_be_quoted_at_once()
    {
        var place = await OnSale(capacity: 3, host: host);

        var room = await host.Post($"listings/{place.ListingId}/units", Unit(capacity: 2));
        var quote = await Quote(room["unitId"].GetGuid());

        Assert.That((room.Status, quote.Status), Is.EqualTo((201, 201)), quote.Text);
    }

    [Test]
    public async Task Nobody_is_told_that_its_nights_are_taken_while_the_calendar_has_not_heard_of_it()
    {
        var listed = await host.Drafts("home", Unit(capacity: 1));
        await using var calendar = await TheProduct.Running.Database.Open();
        await using var busy = new NpgsqlCommand("begin; lock table calendar.units in exclusive mode", calendar);
        await busy.ExecuteNonQueryAsync();

        var asked = await Activate("wait=1");
        var early = await Quote(listed.UnitId);
        await calendar.CloseAsync();
        var repeated = await Activate("wait=10");

        Assert.That((asked.Status, early.Status, early.Code), Is.EqualTo((202, 503, "unavailable")), early.Text);
        Assert.That(early.Header("Retry-After"), Is.Not.Null);
        Assert.That((repeated.Status, (await Quote(listed.UnitId)).Status), Is.EqualTo((204, 201)));

        Task<Answer> Activate(string patience) => host.Post($"listings/{listed.ListingId}/activate", null, ("Idempotency-Key", $"{listed.ListingId}"), ("Prefer", patience));
    }

    Task<Answer> Quote(Guid unitId) => host.Post("quotes", new { unitId, checkIn = Day(0), checkOut = Day(2), guests = new { adults = 2 }, quantity = 1 });
}
