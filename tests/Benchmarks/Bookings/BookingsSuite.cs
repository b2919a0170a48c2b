using System.Collections.Concurrent;
using System.Diagnostics;
using Roost.Benchmarks.Floor;
using Roost.Product;
using Roost.Servers;

namespace Roost.Benchmarks.Bookings;

/// <summary>
/// The whole product as its guests see it: from the HTTP request to the confirmed booking, with all four processes, both servers and the load on this machine.
/// Quotes are made beforehand; Stripe is the simulator and answers at once. The baseline is how many transactions of one row the bare database commits.
/// </summary>
public sealed class BookingsSuite : ISuite
{
    const int Rooms = 100_000;
    const int Nights = 2;

    public string Name => "bookings";
    public string About => "HTTP request to confirmed booking, all endpoints running";

    public async Task Run(Findings findings, CancellationToken ct)
    {
        await using var floor = await Postgres.NewDatabase("floor");
        await PostgresFloor.CreateTables(floor);
        await using var marketplace = await Marketplace.Open("bookings");
        var host = await marketplace.SignUp("host");
        Guid[] units = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Sells("hotel", Rooms)));

        await Book(marketplace, units, guests: 8, each: 100, ct); // processes that have just started compile as they go: not what is measured

        foreach (var (guests, each) in new[] { (1, 100), (8, 60), (32, 40) })
        {
            var commits = await PostgresFloor.Commit(floor, guests, ct);
            var (perSecond, milliseconds) = await Book(marketplace, units, guests, each, ct);
            findings.Add("bookings", perSecond, "bookings/s", new { guests }, commits.PerSecond);
            findings.Add("confirmed after p50", milliseconds[milliseconds.Length / 2], "ms", new { guests });
            findings.Add("confirmed after p95", milliseconds[milliseconds.Length * 95 / 100], "ms", new { guests });
            findings.Add("confirmed after p99", milliseconds[milliseconds.Length * 99 / 100], "ms", new { guests });
        }
    }

    static async Task<(double PerSecond, double[] Milliseconds)> Book(Marketplace marketplace, Guid[] units, int guests, int each, CancellationToken ct)
    {
        var ready = await Task.WhenAll(Enumerable.Range(0, guests).Select(async n =>
        {
            var guest = await marketplace.SignUp("guest");
            var arrival = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(10 + n);
            var quotes = new List<Guid> { await guest.Quote(units[n % units.Length], arrival, arrival.AddDays(Nights)) };
            while (quotes.Count < each + 1) quotes.Add(await guest.Quote(units[n % units.Length], arrival, arrival.AddDays(Nights)));
            return (Guest: guest, Quotes: quotes);
        }));
        // One of each opens the connections that so many guests need.
        await Task.WhenAll(ready.Select(it => Confirmed(it.Guest, it.Quotes[0])));

        var took = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(ready.Select(async it =>
        {
            foreach (var quote in it.Quotes.Skip(1))
            {
                ct.ThrowIfCancellationRequested();
                var began = Stopwatch.GetTimestamp();
                await Confirmed(it.Guest, quote);
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }));
        return (took.Count / watch.Elapsed.TotalSeconds, [.. took.Order()]);
    }

    /// <summary>A product that has just been started may take longer than a client can wait for in one request.</summary>
    static async Task Confirmed(Person guest, Guid quote)
    {
        var answer = await guest.Books(quote, Guid.NewGuid());
        if (answer.Status == 201) return;
        if (answer.Status != 202) throw new InvalidOperationException($"not booked: {answer}");

        var booking = answer["bookingId"].GetGuid();
        await Eventually.Sees(() => guest.Sees(booking), seen => seen["status"].GetString() == "confirmed", TimeSpan.FromSeconds(60), "confirmed");
    }
}
