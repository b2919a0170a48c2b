using System.Collections.Concurrent;

namespace Roost.Faults.Tests;

/// <summary>Guests who book and cancel all the time, repeat what was not answered with the same key, and keep account of what they were promised.</summary>
sealed class Guests(Person[] people, Guid[] units, int seed)
{
    const double CancelOften = 0.4, DeclineOften = 0.2;
    static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow);

    /// <summary>Key of the request, and the booking that was promised.</summary>
    public ConcurrentDictionary<Guid, Promise> Accepted { get; } = new();

    public ConcurrentDictionary<Guid, Person> Cancelled { get; } = new();

    /// <summary>Until this many are accepted and the trouble is over, but never more than the most.</summary>
    public Task KeepBooking(int atLeast, int atMost, Task trouble) => Task.WhenAll(people.Select(async (guest, i) =>
    {
        var random = new Random(seed + i);
        while (Accepted.Count < atMost && (Accepted.Count < atLeast || !trouble.IsCompleted)) await Book(guest, random);
    }));

    async Task Book(Person guest, Random random)
    {
        // Who comes today has arrived, so that his card is charged at once; the others' money is only held.
        var checkIn = Today.AddDays(random.Next(4) == 0 ? 0 : random.Next(30, 60));
        var unit = units[random.Next(units.Length)];
        var priced = await guest.AsksForPrice(unit, checkIn, checkIn.AddDays(random.Next(1, 4)));
        if (priced.Code == "nights_unavailable") return;
        Assert.That(priced.Status, Is.EqualTo(201), priced.Text);

        var (quote, key) = (priced["quoteId"].GetGuid(), Guid.NewGuid());
        var card = random.NextDouble() < DeclineOften ? "pm_card_visa_chargeDeclined" : "pm_card_visa";
        var answer = await guest.Books(quote, key, card);
        Assert.That(answer.Status, Is.AnyOf(201, 202, 402, 409), answer.Text);
        // The first answer to somebody who never read it may have been "we try"; then the repeat says just that.
        var bookingId = answer.Status is 201 or 202 or 402 || answer.Text.Contains("bookingId") ? answer["bookingId"].GetGuid() : (Guid?)null;
        Accepted[key] = new Promise(guest, quote, card, bookingId);
        // Only what the guest has been shown can be cancelled: the view of a booking follows its acceptance, by as long as Reservation is away.
        if (bookingId is null || answer.Status != 201 || random.NextDouble() > CancelOften) return;

        var cancelled = await guest.Cancels(bookingId.Value, Guid.NewGuid());
        Assert.That(cancelled.Status, Is.AnyOf(202, 409), cancelled.Text);
        if (cancelled.Status == 202) Cancelled[bookingId.Value] = guest;
    }

    /// <param name="BookingId">Null when the answer was only that the nights were gone.</param>
    public sealed record Promise(Person Guest, Guid Quote, string Card, Guid? BookingId);
}
