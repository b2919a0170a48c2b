using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_a_host_keeps_nights
{
    Place place = null!;
    Person guest = null!;

    [SetUp]
    public async Task Begin() => (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());

    [Test]
    public async Task They_are_out_of_sale_until_the_block_is_lifted()
    {
        var block = await Block(Day(0), Day(3));
        Assert.That(block.Status, Is.EqualTo(201), block.Text);
        Assert.That((await place.Quote(guest, Day(2), Day(4))).Code, Is.EqualTo("nights_unavailable"));

        var lifted = await place.Host.Ask(HttpMethod.Delete, $"blocks/{block["blockId"].GetGuid()}");
        var again = await place.Host.Ask(HttpMethod.Delete, $"blocks/{block["blockId"].GetGuid()}");

        Assert.That((lifted.Status, again.Status), Is.EqualTo((204, 204)), lifted.Text);
        await place.Booked(guest, Day(2), Day(4));
    }

    /// <summary>P-21: whoever was there first stays, and the host is told who.</summary>
    [Test]
    public async Task A_booking_is_never_pushed_out()
    {
        var booking = await place.Booked(guest, Day(2), Day(4));

        var block = await Block(Day(0), Day(3));

        Assert.That((block.Status, block.Code), Is.EqualTo((409, "nights_taken")), block.Text);
        Assert.That(block["firstTakenNight"].GetString(), Is.EqualTo($"{Day(2):O}"));
        Assert.That(block["conflicts"][0].GetProperty("id").GetGuid(), Is.EqualTo(booking));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    /// <summary>P-21.</summary>
    [Test]
    public async Task Of_a_block_and_a_booking_at_the_same_moment_one_wins()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));

        var block = Block(Day(0), Day(2));
        var booking = Book(guest, quote);
        var (blocked, booked) = ((await block).Status == 201, (await booking).Status == 201);

        Assert.That(blocked ^ booked, $"{(await block).Text}\n{(await booking).Text}");
        Assert.That((await place.Claims("block"), await place.Claims("booking")), Is.EqualTo(blocked ? (1, 0) : (0, 1)));
    }

    /// <summary>P-111: the rights of a host end at his own listings.</summary>
    [Test]
    public async Task Another_host_finds_nothing_to_keep_or_to_price()
    {
        var block = await Block(Day(0), Day(3));
        var stranger = (await OnSale()).Host;

        Answer[] answers =
        [
            await stranger.Post($"units/{place.UnitId}/blocks", new { from = Day(5), to = Day(6) }),
            await stranger.Ask(HttpMethod.Delete, $"blocks/{block["blockId"].GetGuid()}"),
            await stranger.Put($"units/{place.UnitId}/prices", new { from = Day(5), to = Day(6), closed = true }),
            await stranger.Put($"units/{place.UnitId}", Unit(1)),
        ];

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(404));
        Assert.That(await place.Claims("block"), Is.EqualTo(1));
    }

    Task<Answer> Block(DateOnly from, DateOnly to) => place.Host.Post($"units/{place.UnitId}/blocks", new { from, to, note = "painting" });
}
