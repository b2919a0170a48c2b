using System.Text.Json;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>Stays that are booked remain, and their guests must find the door.</summary>
public sealed class When_a_place_is_taken_off_sale
{
    Place place = null!;
    Person guest = null!, waiting = null!, former = null!;

    [OneTimeSetUp]
    public async Task Begin()
    {
        place = await OnSale(capacity: 3);
        (guest, waiting, former) = (await TheProduct.Running.SignUp(), await TheProduct.Running.SignUp(), await TheProduct.Running.SignUp());
        await place.Booked(guest, Day(0), Day(2));
        var cancelled = await place.Booked(former, Day(0), Day(2));
        await former.Post($"bookings/{cancelled}/cancel", new { reason = "ill" }, ("Prefer", "wait=10"));
        await TheProduct.Running.Database.Execute($"update web.listings set instant_book = false where id = '{place.ListingId}'");
        Assert.That((await place.Book(waiting, Day(0), Day(2)))["status"].GetString(), Is.EqualTo("awaiting_host"));

        Assert.That((await place.Host.Post($"listings/{place.ListingId}/deactivate")).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task A_guest_who_will_come_goes_on_seeing_it_with_the_address()
    {
        var page = await Page(guest);

        Assert.That((page.Status, page["status"].GetString()), Is.EqualTo((200, "inactive")), page.Text);
        Assert.That(page["address"].GetProperty("line1").GetString(), Is.EqualTo("Lakeside 1"));
    }

    [Test]
    public async Task Who_waits_for_the_hosts_answer_sees_it_without()
    {
        var page = await Page(waiting);

        Assert.That((page.Status, page["address"].ValueKind), Is.EqualTo((200, JsonValueKind.Null)), page.Text);
    }

    [Test]
    public async Task Nobody_else_sees_it()
    {
        Answer[] answers = [await Page(former), await Page(await TheProduct.Running.SignUp()), await TheProduct.Running.Web.Get($"listings/{place.ListingId}")];

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(404));
    }

    [Test]
    public async Task It_can_be_quoted_by_nobody() =>
        Assert.That((await place.Quote(guest, Day(4), Day(6))).Code, Is.EqualTo("unknown_unit"));

    Task<Answer> Page(Person who) => who.Get($"listings/{place.ListingId}");
}
