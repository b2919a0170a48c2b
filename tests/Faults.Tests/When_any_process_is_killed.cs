using System.Diagnostics;

namespace Roost.Faults.Tests;

/// <summary>
/// kill -9 of Web, Reservation, Calendar and Payment at random instants while guests book, pay, wait, change and cancel over HTTP and the host answers requests. Whatever was
/// accepted takes effect exactly once: nights, money, messages and what people see agree in the end. P-11, P-27, P-33, P-34, P-65, P-66, P-75, P-76.
/// ROOST_TEST_BOOKINGS says how many bookings, ROOST_TEST_KILLS_OF_EACH how often each process is killed.
/// </summary>
public sealed class When_any_process_is_killed
{
    const int People = 16;
    static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(120);

    [Test]
    public async Task What_was_accepted_takes_effect_exactly_once()
    {
        var (bookings, kills) = (Given.Number("ROOST_TEST_BOOKINGS") ?? 250, Given.Number("ROOST_TEST_KILLS_OF_EACH") ?? 3);
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        await using var marketplace = await Marketplace.Open("killed");
        var host = await marketplace.SignUp("host");
        Guid[] units =
        [
            await host.Sells("home", capacity: 1), await host.Sells("hotel", capacity: 3), await host.Sells("hotel", capacity: 100),
            await host.Sells("hotel", capacity: 100, instantBook: false),
        ];
        var guests = new Guests(host, await Task.WhenAll(Enumerable.Range(1, People).Select(i => marketplace.SignUp($"guest{i}"))), units, seed);

        var watch = Stopwatch.StartNew();
        var killing = new Killing(marketplace, seed);
        var trouble = killing.EachEndpoint(kills);
        await guests.KeepBooking(bookings, atMost: 2 * bookings, trouble);
        await trouble;
        TestContext.Out.WriteLine($"{guests.Promises}; {killing.Kills} kills; {watch.Elapsed.TotalSeconds:0} s");

        await marketplace.HoldOnceAtRest(SettlesWithin);
        var reckoning = new Reckoning(marketplace, guests.Promises);
        await reckoning.EachKeyIsOneBooking();
        await reckoning.EachCancellationHappened();
        await reckoning.EachAnswerOfTheHostHappened();
        await reckoning.EachEntryIsServedAtMostOnce();
        await reckoning.EachChangeHappenedOnceOrNotAtAll();
        await reckoning.EachChangeIsPaid();
        await reckoning.TheRepeatedRequestIsTheSameBooking();
        await reckoning.StripeAgrees();
        TestContext.Out.WriteLine($"at rest and agreed after {watch.Elapsed.TotalSeconds:0} s");
    }
}
