using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_a_booking_is_asked_for_twice
{
    Place place = null!;
    Person guest = null!;

    [SetUp]
    public async Task Begin() => (place, guest) = (await OnSale(capacity: 5), await TheProduct.Running.SignUp());

    [Test]
    public async Task With_the_same_key_it_is_the_same_booking()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));

        var first = await Book(guest, quote, key: "one");
        var second = await Book(guest, quote, key: "one");

        Assert.That((second.Status, second.Text), Is.EqualTo((201, first.Text)));
        Assert.That(second.Header("Idempotency-Replayed"), Is.EqualTo("true"));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    /// <summary>P-28: the quote is the cart; a second click with a new key is no second stay.</summary>
    [Test]
    public async Task With_the_same_quote_and_another_key_it_is_refused_and_names_the_first()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));

        var first = await Book(guest, quote, key: "one");
        var second = await Book(guest, quote, key: "two");

        Assert.That((second.Status, second.Code), Is.EqualTo((409, "quote_used")), second.Text);
        Assert.That(second["bookingId"].GetGuid(), Is.EqualTo(first["bookingId"].GetGuid()));
    }

    /// <summary>P-61.</summary>
    [Test]
    public async Task With_the_same_key_and_another_body_it_is_refused()
    {
        var first = await Book(guest, await place.Quoted(guest, Day(0), Day(2)), key: "one");
        var second = await Book(guest, await place.Quoted(guest, Day(4), Day(6)), key: "one");

        Assert.That((first.Status, second.Status, second.Code), Is.EqualTo((201, 422, "idempotency_key_reused")));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    /// <summary>P-62.</summary>
    [Test]
    public async Task At_the_same_moment_one_is_executed()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Book(guest, quote, key: "one")));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(201, 202, 409), string.Join('\n', answers.Select(answer => answer.Text)));
        Assert.That(answers.Where(answer => answer.Status == 409).Select(answer => answer.Code), Is.All.EqualTo("idempotency_in_progress"));
        var settled = await Eventually.Sees(() => Book(guest, quote, key: "one"), answer => answer.Status == 201);
        var accepted = answers.Where(answer => answer.Status != 409).Select(answer => answer["bookingId"].GetGuid());
        Assert.That(accepted, Is.All.EqualTo(settled["bookingId"].GetGuid()));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    /// <summary>P-63, P-94.</summary>
    [Test]
    public async Task By_somebody_else_the_key_is_another_and_the_quote_unknown()
    {
        var other = await TheProduct.Running.SignUp();
        var quote = await place.Quoted(guest, Day(0), Day(2));
        await Book(guest, quote, key: "one");

        var stolen = await Book(other, quote, key: "one");
        var own = await Book(other, await place.Quoted(other, Day(0), Day(2)), key: "one");

        Assert.That((stolen.Status, stolen.Code), Is.EqualTo((422, "unknown_quote")), stolen.Text);
        Assert.That(own.Status, Is.EqualTo(201), own.Text);
    }

    [Test]
    public async Task Without_a_key_nothing_happens()
    {
        var answer = await guest.Post("bookings", new { quoteId = await place.Quoted(guest, Day(0), Day(2)), paymentMethodId = Visa });

        Assert.That((answer.Status, answer.Code), Is.EqualTo((428, "idempotency_key_required")));
    }

    /// <summary>P-64: a refusal of the input is not remembered as the outcome.</summary>
    [Test]
    public async Task After_a_wrong_field_the_same_key_can_be_used_with_the_right_one()
    {
        var quote = await place.Quoted(guest, Day(0), Day(2));

        var wrong = await Book(guest, quote, card: "4242 4242 4242 4242", key: "one");
        var right = await Book(guest, quote, key: "one");

        Assert.That(wrong.Status, Is.EqualTo(422), wrong.Text);
        Assert.That(right.Status, Is.AnyOf(201, 202), right.Text);
        Assert.That(wrong.WrongFields, Is.EqualTo(new[] { "paymentMethodId" }));
    }

    /// <summary>P-64: the refusal stays the answer to its own key, and stands in nobody's way once the nights are free again.</summary>
    [Test]
    public async Task After_the_nights_came_free_a_new_key_succeeds()
    {
        var (home, first) = (await OnSale(), await TheProduct.Running.SignUp());
        var (quote, late) = (await home.Quoted(first, Day(0), Day(2)), await home.Quoted(guest, Day(0), Day(2)));
        var booking = await Book(first, quote);

        var refused = await Book(guest, late, key: "early");
        await first.Post($"bookings/{booking["bookingId"].GetGuid()}/cancel", new { }, ("Prefer", "wait=10"));
        await Eventually.Is(async () => await home.Free(Day(0)) == 1);
        var again = await Book(guest, late, key: "early");
        var anew = await Book(guest, await home.Quoted(guest, Day(0), Day(2)), key: "late");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((409, "nights_unavailable")), refused.Text);
        Assert.That((again.Status, again.Text), Is.EqualTo((409, refused.Text)));
        Assert.That(anew.Status, Is.EqualTo(201), anew.Text);
    }
}
