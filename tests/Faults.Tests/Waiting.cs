namespace Roost.Faults.Tests;

/// <summary>A guest who waits for nights that others have, and takes what is offered, leaves, or does nothing.</summary>
sealed class Waiting(Promises promises, Person guest, Random random)
{
    const double WaitOften = 0.6, TakeOften = 0.7, LeaveOften = 0.05, DeclineOften = 0.2, TwiceOften = 0.3;

    readonly List<(Guid Id, Dates Wish)> entries = [];

    public async Task Join(Guid unit, Dates wish)
    {
        if (random.NextDouble() >= WaitOften) return;

        var key = Guid.NewGuid();
        var answer = await guest.Waits(unit, wish.CheckIn, wish.CheckOut, key);
        if (answer.Status is not (201 or 202))
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "nights_available")).Or.EqualTo((409, "already_waiting")), answer.Text);
            return;
        }
        var entry = answer["entryId"].GetGuid();
        promises.Entries[entry] = key;
        entries.Add((entry, wish));
    }

    /// <returns>The bookings that came of offers and were confirmed.</returns>
    public async Task<List<Guid>> LookAgain()
    {
        var confirmed = new List<Guid>();
        foreach (var entry in entries.ToArray())
        {
            var status = (await guest.Awaits($"waitlist/{entry.Id}", _ => true))["status"].GetString();
            if (status == "offered" && random.NextDouble() < TakeOften)
            {
                entries.Remove(entry);
                if (await Take(entry.Id) is not { } booking) continue;
                promises.Stays[booking] = entry.Wish;
                confirmed.Add(booking);
            }
            else if (random.NextDouble() < LeaveOften)
            {
                entries.Remove(entry);
                await Leave(entry.Id);
            }
        }
        return confirmed;
    }

    /// <summary>P-75: what is offered can be had. A double click is two requests with a key each.</summary>
    /// <returns>The booking, if it was confirmed.</returns>
    async Task<Guid?> Take(Guid entry)
    {
        var card = random.NextDouble() < DeclineOften ? Cards.Declined : Cards.Visa;
        var clicks = random.NextDouble() < TwiceOften ? 2 : 1;
        var answers = await Task.WhenAll(Enumerable.Range(0, clicks).Select(_ => guest.TakesOffer(entry, Guid.NewGuid(), card)));
        foreach (var answer in answers) Assert.That(answer.Status, Is.AnyOf(201, 202, 402), answer.Text);

        var booking = answers.Select(answer => answer["bookingId"].GetGuid()).Distinct().Single();
        promises.Taken[entry] = booking;
        return answers.Any(answer => answer.Status == 201) ? booking : null;
    }

    async Task Leave(Guid entry)
    {
        var answer = await guest.Leaves(entry, Guid.NewGuid());
        Assert.That(answer.Status, Is.EqualTo(204), answer.Text);
        promises.Left[entry] = true;
    }
}
