namespace Roost.Faults.Tests;

/// <summary>A guest who wants to come earlier, later, for longer or for shorter, and pays the difference or not.</summary>
sealed class Changing(Promises promises, Person guest, Guid booking, Random random)
{
    const int FarthestMove = 3, LongestStay = 5;
    const double DeclineOften = 0.2, ForgetOften = 0.1, TwiceOften = 0.3;
    static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow);

    /// <summary>To its end, so that the next one finds the booking as this one left it.</summary>
    public async Task Change()
    {
        var (wish, key) = (Wish(promises.Stays[booking]), Guid.NewGuid());
        var answer = await guest.AsksToChange(booking, wish.CheckIn, wish.CheckOut, key);
        Assert.That(answer.Status, Is.AnyOf(201, 202, 409), answer.Text);
        if (answer.Status == 409 && !answer.Text.Contains("changeId")) return; // no nights, or cancelled meanwhile

        var change = answer["changeId"].GetGuid();
        var page = await guest.Awaits($"changes/{change}", seen => seen["status"].GetString() != "requested");
        if (page["status"].GetString() == "proposed" && random.NextDouble() >= ForgetOften) page = await Confirm(change);

        var status = page["status"].GetString()!;
        if (status == "applied") promises.Stays[booking] = wish;
        promises.Changes.Enqueue(new(change, key, booking, status, Difference(page)));
    }

    /// <summary>Who has come stays; nobody else changes his mind by more than a few days.</summary>
    Dates Wish(Dates now)
    {
        while (true)
        {
            var checkIn = now.CheckIn == Today ? Today : now.CheckIn.AddDays(random.Next(-FarthestMove, FarthestMove + 1));
            var wish = Dates.From(checkIn, nights: random.Next(1, LongestStay));
            if (wish != now) return wish;
        }
    }

    /// <summary>A double click is two requests with a key each.</summary>
    async Task<Answer> Confirm(Guid change)
    {
        var card = random.NextDouble() < DeclineOften ? Cards.Declined : Cards.Visa;
        var clicks = random.NextDouble() < TwiceOften ? 2 : 1;
        var answers = await Task.WhenAll(Enumerable.Range(0, clicks).Select(_ => guest.ConfirmsChange(change, Guid.NewGuid(), card)));
        foreach (var answer in answers) Assert.That(answer.Status, Is.AnyOf(200, 202, 402, 409), answer.Text);
        return await guest.Awaits($"changes/{change}", seen => seen["status"].GetString() is "applied" or "refused");
    }

    static long Difference(Answer page) =>
        page.Body.TryGetProperty("difference", out var difference) && difference.ValueKind == System.Text.Json.JsonValueKind.Object
            ? difference.GetProperty("amount").GetInt64() : 0;
}
