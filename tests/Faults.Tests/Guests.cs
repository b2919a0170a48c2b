namespace Roost.Faults.Tests;

/// <summary>
/// Guests who book, wait, change and cancel all the time, some of it at once, and a host who answers requests. All repeat what was not answered with the same key, and keep
/// account of what they were told.
/// </summary>
sealed class Guests(Person host, Person[] people, Guid[] units, int seed)
{
    const double CancelOften = 0.4, DeclineOften = 0.2, AcceptOften = 0.7, InHaste = 0.3, PopularOften = 0.35, RegretOften = 0.2;
    const int MostChanges = 2, Small = 2;
    static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow);

    public Promises Promises { get; } = new();

    /// <summary>Until this many are accepted and the trouble is over, but never more than the most.</summary>
    public Task KeepBooking(int atLeast, int atMost, Task trouble) => Task.WhenAll(people.Select(async (guest, i) =>
    {
        var random = new Random(seed + i);
        var (waiting, kept) = (new Waiting(Promises, guest, random), new Queue<Guid>());
        while (Promises.Accepted.Count < atMost && (Promises.Accepted.Count < atLeast || !trouble.IsCompleted))
        {
            if (await Book(guest, waiting, random) is { } booking && await Enjoy(guest, booking, random)) kept.Enqueue(booking);
            foreach (var offered in await waiting.LookAgain()) await Enjoy(guest, offered, random);
            // Later, when others wait for these nights.
            if (kept.Count > 0 && random.NextDouble() < RegretOften) await Cancel(guest, kept.Dequeue());
        }
        await waiting.LookAgain();
    }));

    /// <returns>The booking, once the guest has been shown that it is confirmed.</returns>
    async Task<Guid?> Book(Person guest, Waiting waiting, Random random)
    {
        var (unit, wish) = Wish(random);
        var priced = await guest.AsksForPrice(unit, wish.CheckIn, wish.CheckOut);
        if (priced.Code == "nights_unavailable")
        {
            await waiting.Join(unit, wish);
            return null;
        }
        Assert.That(priced.Status, Is.EqualTo(201), priced.Text);

        var (quote, key) = (priced["quoteId"].GetGuid(), Guid.NewGuid());
        var card = random.NextDouble() < DeclineOften ? Cards.Declined : Cards.Visa;
        var answer = await guest.Books(quote, key, card);
        Assert.That(answer.Status, Is.AnyOf(201, 202, 402, 409), answer.Text);
        // The first answer to somebody who never read it may have been "we try"; then the repeat says just that.
        var bookingId = answer.Status is 201 or 202 or 402 || answer.Text.Contains("bookingId") ? answer["bookingId"].GetGuid() : (Guid?)null;
        Promises.Accepted[key] = new(guest, quote, card, bookingId);
        // Only what the guest has been shown can be changed or cancelled: the view of a booking follows its acceptance, by as long as Reservation is away.
        var isConfirmed = answer.Status == 201
            || (answer.Status == 202 && answer["status"].GetString() == "awaiting_host" && await HostAnswers(guest, bookingId!.Value, random));
        if (!isConfirmed) return null;

        Promises.Stays[bookingId!.Value] = wish;
        return bookingId;
    }

    /// <summary>
    /// Who comes today has arrived, so that his card is charged at once; the others' money is only held. A few nights of the small places are wanted by many, who then wait.
    /// </summary>
    (Guid Unit, Dates Stay) Wish(Random random)
    {
        if (random.NextDouble() < PopularOften) return (units[random.Next(Small)], Dates.From(Today.AddDays(random.Next(70, 75)), nights: random.Next(1, 3)));

        var checkIn = Today.AddDays(random.Next(4) == 0 ? 0 : random.Next(30, 60));
        return (units[random.Next(units.Length)], Dates.From(checkIn, nights: random.Next(1, 4)));
    }

    /// <returns>Whether it was not cancelled.</returns>
    async Task<bool> Enjoy(Person guest, Guid booking, Random random)
    {
        var changing = new Changing(Promises, guest, booking, random);
        var isCancelled = random.NextDouble() < CancelOften;
        for (var left = random.Next(MostChanges + 1); left > 0; left--)
        {
            if (isCancelled && left == 1 && random.NextDouble() < InHaste)
            {
                await Task.WhenAll(changing.Change(), Cancel(guest, booking));
                return false;
            }
            await changing.Change();
        }
        if (isCancelled) await Cancel(guest, booking);
        return !isCancelled;
    }

    async Task Cancel(Person guest, Guid booking)
    {
        var key = Guid.NewGuid();
        var cancelled = await guest.Cancels(booking, key);
        if (cancelled.Status == 202) Promises.Cancelled[booking] = key;
        else Assert.That((cancelled.Status, cancelled.Code), Is.EqualTo((409, "not_cancellable")), "the host was quicker to decline");
    }

    /// <summary>Sometimes the guest loses patience at the same moment.</summary>
    async Task<bool> HostAnswers(Person guest, Guid booking, Random random)
    {
        var isYes = random.NextDouble() < AcceptOften;
        var impatient = random.NextDouble() < InHaste ? Cancel(guest, booking) : Task.CompletedTask;
        var answer = await (isYes ? host.Accepts(booking, Guid.NewGuid()) : host.Declines(booking, Guid.NewGuid()));
        if (answer.Status == 202) Promises.Answered[booking] = isYes ? "confirmed" : "declined";
        else Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "not_awaiting_host")), answer.Text);
        if (impatient != Task.CompletedTask)
        {
            await impatient;
            return false;
        }
        if (!isYes) return false;

        await guest.Awaits($"bookings/{booking}", page => page["status"].GetString() is "confirmed" or "in_stay");
        return true;
    }
}
