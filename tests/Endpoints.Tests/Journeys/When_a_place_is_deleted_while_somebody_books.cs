using Npgsql;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>P-20: a pending request is seen by the deletion. Of the two at once one is refused, whichever comes first; nobody is confirmed at a place that is gone.</summary>
public sealed class When_a_place_is_deleted_while_somebody_books
{
    Place place = null!;
    Person guest = null!;

    [SetUp]
    public async Task Begin() => (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());

    /// <summary>The calendar is busy, so that of the booking there is nothing yet but the request.</summary>
    [Test]
    public async Task Whoever_is_booking_is_a_guest_ahead()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));
        await using var busy = await Holding($"select from calendar.units where id = '{place.UnitId}' for update");
        var asked = await guest.Post("bookings", new { quoteId = quote, paymentMethodId = Visa }, ("Idempotency-Key", $"{quote}"));

        var deleted = await Delete();
        await busy.CloseAsync();

        Assert.That((asked.Status, deleted.Status, deleted.Code), Is.EqualTo((202, 409, "has_bookings")), deleted.Text);
        await Eventually.Sees(() => guest.Get($"bookings/{asked["bookingId"].GetGuid()}"), seen => seen["status"].GetString() == "confirmed");
    }

    [Test]
    public async Task A_request_that_has_ended_is_in_nobodys_way()
    {
        var declined = await place.Book(guest, Day(0), Day(2), Declined);
        Assert.That(declined.Code, Is.EqualTo("payment_declined"));

        var deleted = await Delete();

        Assert.That(deleted.Status, Is.EqualTo(204), deleted.Text);
    }

    [Test]
    public async Task Whoever_books_waits_for_what_becomes_of_the_place()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));

        var answer = await WhileItIsDeleted(() => Book(guest, quote));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "listing_not_active")), answer.Text);
    }

    [Test]
    public async Task So_does_whoever_takes_an_offer()
    {
        var booking = await place.Booked(await TheProduct.Running.SignUp(), Day(0), Day(2));
        var joined = await guest.Post("waitlist", new { unitId = place.UnitId, checkIn = Day(0), checkOut = Day(2), paymentMethodId = Visa }, ("Prefer", "wait=10"));
        var entry = $"waitlist/{joined["entryId"].GetGuid()}";
        await place.Host.Post($"bookings/{booking}/cancel", new { reason = "a burst pipe" }, ("Prefer", "wait=10"));
        await guest.Awaits(entry, seen => seen["status"].GetString() == "offered");

        var answer = await WhileItIsDeleted(() => guest.Post($"{entry}/accept", null, ("Prefer", "wait=10")));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "listing_not_active")), answer.Text);
        Assert.That((await guest.Get(entry))["status"].GetString(), Is.EqualTo("offered"), "nothing was booked of it");
    }

    /// <summary>The deletion has begun when the guest asks, and is committed when the guest waits for it.</summary>
    async Task<Answer> WhileItIsDeleted(Func<Task<Answer>> ask)
    {
        await using var deletion = await Holding($"update web.listings set status = 'deleted' where id = '{place.ListingId}'");
        var asked = ask();
        await Eventually.Is(async () => asked.IsCompleted || await TheProduct.Running.Database.Value<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%web.listings%for share%')"));
        await using var commit = new NpgsqlCommand("commit", deletion);
        await commit.ExecuteNonQueryAsync();
        return await asked;
    }

    static async Task<NpgsqlConnection> Holding(string sql)
    {
        var connection = await TheProduct.Running.Database.Open();
        await using var command = new NpgsqlCommand($"begin; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    Task<Answer> Delete() => place.Host.Ask(HttpMethod.Delete, $"listings/{place.ListingId}");
}
