using System.Text.Json;
using Roost.Domain.Quoting;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

public sealed class When_guests_book
{
    [Test]
    public async Task The_stay_is_confirmed_at_the_price_of_the_quote()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quote = await place.Quote(guest, Day(0), Day(3));
        Assert.That(quote["total"].GetProperty("amount").GetInt64(), Is.EqualTo(Total(nights: 3)), quote.Text);

        var booking = await Book(guest, quote["quoteId"].GetGuid());

        Assert.That((booking.Status, booking["status"].GetString()), Is.EqualTo((201, "confirmed")), booking.Text);
        var page = await guest.Get($"bookings/{booking["bookingId"].GetGuid()}");
        Assert.That(page["cancellationNow"].GetProperty("refund").GetProperty("amount").GetInt64(), Is.EqualTo(Total(nights: 3)), page.Text);
        Assert.That(page["payment"].GetProperty("status").GetString(), Is.EqualTo("authorized"));
    }

    /// <summary>P-01: the day of check-out is free.</summary>
    [Test]
    public async Task Stays_that_touch_fit_and_stays_that_overlap_do_not()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        await place.Booked(guest, Day(10), Day(15));

        await place.Booked(guest, Day(15), Day(18));
        await place.Booked(guest, Day(7), Day(10));
        var overlapping = await place.Quote(guest, Day(14), Day(16));

        Assert.That((overlapping.Status, overlapping.Code), Is.EqualTo((409, "nights_unavailable")), overlapping.Text);
        Assert.That(overlapping["alternatives"].GetArrayLength(), Is.GreaterThan(0), "other days of the same place");
    }

    [Test]
    public async Task Of_many_who_have_a_quote_for_the_same_night_one_gets_it()
    {
        var place = await OnSale();
        var guests = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TheProduct.Running.SignUp()));
        var quotes = await Task.WhenAll(guests.Select(guest => place.Quoted(guest, Day(0), Day(2))));

        var answers = await Task.WhenAll(guests.Zip(quotes, (guest, quote) => Book(guest, quote)));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 409, 409, 409, 409, 409 }));
        Assert.That(answers.Where(answer => answer.Status == 409).Select(answer => answer.Code), Is.All.EqualTo("nights_unavailable"));
        Assert.That(await place.Claims("booking"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_code_that_another_booking_has_is_drawn_again()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var first = await place.Book(guest, Day(0), Day(2));
        var taken = first["confirmationCode"].GetString();
        await TheProduct.Running.Database.Execute(
            $"""
            create sequence draws;
            create function draw_the_same() returns trigger language plpgsql as
                $$ begin if nextval('draws') <= 2 then new.confirmation_code = '{taken}'; end if; return new; end $$;
            create trigger same_draw before insert on web.bookings for each row when (new.guest_id = '{guest.Id}') execute function draw_the_same();
            """);

        var second = await place.Book(guest, Day(5), Day(7));

        Assert.That(second.Status, Is.EqualTo(201), second.Text);
        Assert.That(second["confirmationCode"].GetString(), Is.Not.EqualTo(taken));
        Assert.That(await TheProduct.Running.Database.Value<string>($"select confirmation_code from web.bookings where id = '{second["bookingId"].GetGuid()}'"),
            Is.EqualTo(second["confirmationCode"].GetString()));
        Assert.That(await TheProduct.Running.Database.Value<long>("select last_value from draws"), Is.EqualTo(3));
        await TheProduct.Running.Database.Execute("drop trigger same_draw on web.bookings; drop function draw_the_same; drop sequence draws");
    }

    [Test]
    public async Task A_declined_card_gives_the_nights_back()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());

        var booking = await place.Book(guest, Day(0), Day(2), card: Declined);

        Assert.That((booking.Status, booking.Code), Is.EqualTo((402, "payment_declined")), booking.Text);
        await Eventually.Is(async () => await place.Free(Day(0)) == 1);
    }

    [Test]
    public async Task Who_does_not_wait_finds_the_booking_at_once()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quoteId = await place.Quoted(guest, Day(0), Day(2));

        var booking = await guest.Post("bookings", new { quoteId, paymentMethodId = Visa }, ("Idempotency-Key", "k"));
        var page = await guest.Get($"bookings/{booking["bookingId"].GetGuid()}");

        Assert.That((booking.Status, booking["status"].GetString(), page.Status), Is.EqualTo((202, "requested", 200)));
    }

    /// <summary>P-29: what people are shown may be old or wrong; only the nights themselves decide.</summary>
    [Test]
    public async Task Nothing_that_is_only_shown_decides()
    {
        var (place, guest, other) = (await OnSale(), await TheProduct.Running.SignUp(), await TheProduct.Running.SignUp());
        var late = await place.Quoted(other, Day(0), Day(2));
        var booking = await place.Booked(guest, Day(0), Day(2));
        await Show(Day(10), Day(12));

        var taken = await Book(other, late);
        var free = await place.Book(other, Day(10), Day(12));
        await Show(Day(0), Day(2));

        Assert.That((taken.Status, taken.Code, free.Status), Is.EqualTo((409, "nights_unavailable", 201)), free.Text);

        Task Show(DateOnly from, DateOnly until) => TheProduct.Running.Database.Execute(
            $"update reservation.bookings set check_in = '{from:O}', check_out = '{until:O}' where booking_id = '{booking}'");
    }

    /// <summary>P-29: as if Web read from a replica that is hours behind. It promises nights that are gone and denies nights that are free; what is booked stays the same.</summary>
    [TestCase("from before the other's booking", 1, 409)]
    [TestCase("from before the other's cancellation", 0, 201)]
    public async Task Nothing_that_was_read_decides(string read, int available, int status)
    {
        var (place, guest, other) = (await OnSale(), await TheProduct.Running.SignUp(), await TheProduct.Running.SignUp());
        var quote = available == 0 ? await place.Quoted(guest, Day(0), Day(2)) : default;
        var booking = await place.Booked(other, Day(0), Day(2));
        if (available == 0) await other.Post($"bookings/{booking}/cancel", new { reason = "ill" }, ("Prefer", "wait=10"));
        await Eventually.Is(async () => await place.Claims("booking") == available);
        var truth = await TheProduct.Running.Database.Value<string>("select pg_get_functiondef('calendar.availability(uuid, date, date)'::regprocedure)");
        try
        {
            await TheProduct.Running.Database.Execute(
                $"""
                create or replace function calendar.availability(of_unit uuid, first date, until date)
                returns table (night date, available integer, price bigint, min_stay integer, closed boolean)
                language sql stable as $$ select first + i, {available}, null::bigint, 1, false from generate_series(0, until - first - 1) as i $$
                """);
            Assert.That((await place.Quote(guest, Day(0), Day(2))).Status, Is.EqualTo(available == 0 ? 409 : 201), "the wrong thing is read");
            if (quote == default) quote = await place.Quoted(guest, Day(0), Day(2));

            var booked = await Book(guest, quote);

            Assert.That(booked.Status, Is.EqualTo(status), booked.Text);
            Assert.That(await place.Claims("booking"), Is.EqualTo(1));
        }
        finally
        {
            await TheProduct.Running.Database.Execute(truth!);
        }
    }

    [Test]
    public async Task A_quote_that_is_over_is_answered_with_todays()
    {
        var (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        var quoteId = await place.Quoted(guest, Day(0), Day(2));
        await LetExpire(quoteId);

        var expired = await Book(guest, quoteId);
        Assert.That((expired.Status, expired.Code), Is.EqualTo((409, "quote_expired")), expired.Text);
        Assert.That(await place.Claims("hold") + await place.Claims("booking"), Is.Zero);

        Assert.That((await Book(guest, expired["quote"].GetProperty("quoteId").GetGuid())).Status, Is.EqualTo(201));
    }

    /// <summary>Who books for today arrives at once, when check-in has begun; and may be reported as not come.</summary>
    [Test]
    public async Task A_stay_begins_at_its_hour_and_ends_early_when_nobody_comes()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var (place, guest) = (await OnSale(checkInTime: "00:00"), await TheProduct.Running.SignUp());
        var booking = await place.Booked(guest, today, today.AddDays(2));
        await Eventually.Sees(() => guest.Get($"bookings/{booking}"), page => page["status"].GetString() == "in_stay");

        Assert.That((await guest.Post($"bookings/{booking}/no-show")).Status, Is.EqualTo(404), "only the host says so");
        var reported = await place.Host.Post($"bookings/{booking}/no-show");

        Assert.That(reported.Status, Is.EqualTo(202), reported.Text);
        var page = await Eventually.Sees(() => guest.Get($"bookings/{booking}"), page => page["status"].GetString() == "no_show");
        Assert.That(page["timeline"].EnumerateArray().Select(step => step.GetProperty("happened").GetString()),
            Is.EqualTo(new[] { "requested", "held", "confirmed", "checked_in", "no_show" }));
        await Eventually.Is(async () => await place.Free(today) == 1);
    }

    /// <summary>As the guest would have it fifteen minutes later: signed by us, and over.</summary>
    static async Task LetExpire(Guid quoteId)
    {
        var database = TheProduct.Running.Database;
        var quote = JsonSerializer.Deserialize<Quote>((await database.Value<string>($"select quote::text from web.quotes where id = '{quoteId}'"))!)!;
        var secret = await database.Value<byte[]>($"select k.secret from web.quotes q join web.signing_keys k on k.id = q.key_id where q.id = '{quoteId}'");
        var old = new Quote(quote.QuoteId, quote.GuestId, quote.ListingId, quote.Guests, quote.Price, quote.Policy, DateTimeOffset.UtcNow.AddMinutes(-1));
        await database.Execute($"update web.quotes set quote = '{JsonSerializer.Serialize(old)}', signature = '{Quotes.Sign(old, secret!)}' where id = '{quoteId}'");
    }
}
