namespace Roost.Faults.Tests;

/// <summary>Guests who want the same nights at the same moment, and the history of what they were told.</summary>
sealed class Racing(Marketplace marketplace, Guid unit, Person[] guests)
{
    public static readonly DateOnly FarAhead = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(60);

    static readonly ParallelOptions QuotesAtOnce = new() { MaxDegreeOfParallelism = 12 };

    public History History { get; } = new();

    /// <summary>The same unit, with a history of its own: for nights that no other round wants.</summary>
    public Racing NextRound() => new(marketplace, unit, guests);

    /// <summary>Quoted while the nights are free; then all book at once.</summary>
    /// <returns>The bookings that were confirmed. Everybody else got a 409 that says that the nights are gone.</returns>
    public async Task<List<Guid>> Race(IReadOnlyList<Wish> wishes)
    {
        var quotes = new Guid[wishes.Count];
        await Parallel.ForAsync(0, wishes.Count, QuotesAtOnce, async (client, _) => quotes[client] = await Quote(client, wishes[client]));
        var bookings = await Task.WhenAll(wishes.Select((wish, client) => Book(client, wish, quotes[client])));
        return [.. bookings.OfType<Guid>()];
    }

    public Task<Guid> Quote(int client, Wish wish) => Guest(client).Quote(unit, wish.CheckIn, wish.CheckOut, wish.Quantity);

    /// <summary>The booking, or null: somebody else was faster, and the answer says so.</summary>
    public async Task<Guid?> Book(int client, Wish wish, Guid quote)
    {
        var asked = History.Now;
        var answer = await Guest(client).Books(quote, Guid.NewGuid());
        // A busy machine may take longer than the guest can wait for in one request: then the booking itself says what came of it.
        if (answer.Status == 202) answer = await Guest(client).Awaits($"bookings/{answer["bookingId"].GetGuid()}", IsDecided);

        var isConfirmed = answer.Status is 200 or 201 && answer["status"].GetString() == "confirmed";
        var isRefused = (answer.Status, answer.Code) == (409, "nights_unavailable") || (answer.Status == 200 && answer["status"].GetString() == "unavailable");
        Assert.That(isConfirmed || isRefused, Is.True, $"neither confirmed nor refused for want of nights: {answer}");
        History.Took(client, $"{unit}", wish.Nights, wish.Quantity, isConfirmed, asked);
        return isConfirmed ? answer["bookingId"].GetGuid() : null;
    }

    static bool IsDecided(Answer booking) => booking["status"].GetString() is not ("requested" or "held" or "awaiting_payment");

    public async Task Cancel(int client, Wish wish, Guid booking)
    {
        var asked = History.Now;
        var answer = await Guest(client).Cancels(booking, Guid.NewGuid());
        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        // The cancellation is certain before the nights are back.
        await Eventually.Is(async () => await marketplace.Database.Value<long>($"select count(*) from calendar.claims where id = '{booking}' and state = 'live'") == 0,
            TimeSpan.FromSeconds(60));
        History.Freed(client, $"{unit}", wish.Nights, wish.Quantity, asked);
    }

    Person Guest(int client) => guests[client % guests.Length];

    public Task<List<Guid>> Booked() => marketplace.Database.Values<Guid>($"select id from calendar.claims where unit_id = '{unit}' and kind = 'booking' and state = 'live'");

    public Task<List<int>> BookedPerNight() => marketplace.Database.Values<int>($"select booked from calendar.nights where unit_id = '{unit}' and booked > 0");

    /// <summary>By the rules of the product's own checker; and by an independent one, when it is at hand.</summary>
    public async Task HistoryIsLegal(int capacity)
    {
        var capacities = new Dictionary<string, int> { [$"{unit}"] = capacity };
        Assert.That(HistoryChecker.Problem(History.Operations, capacities), Is.Null);
        if (Tools.Path("history-check/history-check") is null)
        {
            TestContext.Out.WriteLine($"history-check is not in {Tools.Folder}: the history was judged by our own checker alone");
            return;
        }
        var (exitCode, output) = await History.JudgedByTool(capacities);
        Assert.That(exitCode, Is.Zero, output);
    }
}

sealed record Wish(DateOnly CheckIn, DateOnly CheckOut, int Quantity = 1)
{
    public IEnumerable<DateOnly> Nights => Enumerable.Range(0, CheckOut.DayNumber - CheckIn.DayNumber).Select(CheckIn.AddDays);
}
