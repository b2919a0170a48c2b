using System.Text.Json;
using NodaTime;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Time;

namespace Roost.Domain.Tests.Time;

[NonParallelizable]
public sealed class When_server_and_caller_are_elsewhere
{
    [TestCase("Pacific/Kiritimati")]
    [TestCase("Pacific/Honolulu")]
    [TestCase("America/New_York")]
    [TestCase("UTC")]
    public void A_check_in_date_never_shifts(string serverZone) // P-02
    {
        var before = Environment.GetEnvironmentVariable("TZ");
        try
        {
            Environment.SetEnvironmentVariable("TZ", serverZone);
            TimeZoneInfo.ClearCachedData();
            Assume.That(TimeZoneInfo.Local.Id, Is.EqualTo(serverZone), "this machine has no zone files to stand elsewhere with");

            var stay = new Stay(new(2026, 3, 15), new(2026, 3, 18));
            Assert.That(JsonSerializer.Serialize(stay), Is.EqualTo("""{"CheckIn":"2026-03-15","CheckOut":"2026-03-18"}"""));
            Assert.That(stay.Nights().First().ToString("O"), Is.EqualTo("2026-03-15"));
            foreach (var zone in DateTimeZoneProviders.Tzdb.Ids)
            {
                var times = new ListingTimes(zone, new(15, 0), new(11, 0));
                Assert.That(times.Today(times.CheckInAt(stay)), Is.EqualTo(stay.CheckIn), zone);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Test] // P-06
    public void The_free_time_ends_at_the_listings_local_hour_for_callers_everywhere()
    {
        var deadline = new DateTimeOffset(2027, 6, 9, 19, 0, 0, TimeSpan.Zero); // 24 h before 15:00 in New York
        foreach (var caller in new[] { TimeSpan.Zero, TimeSpan.FromHours(9), TimeSpan.FromHours(-7) })
        {
            Assert.That(RefundAt((deadline - TimeSpan.FromSeconds(1)).ToOffset(caller)), Is.EqualTo(new Money(30_000, "USD")));
            Assert.That(RefundAt(deadline.ToOffset(caller)), Is.EqualTo(new Money(15_000, "USD")));
        }

        static Money RefundAt(DateTimeOffset at)
        {
            var stay = new Stay(new(2027, 6, 10), new(2027, 6, 13));
            var unit = new PricedUnit(Guid.Empty, 1, new(1, new(10_000, "USD"), Money.Zero("USD")), new Dictionary<DateOnly, PriceOverride>());
            var price = Prices.Of(stay, [unit], new(1, 0), []);
            var times = new ListingTimes("America/New_York", new(15, 0), new(11, 0));
            return Cancellations.ByGuest(new(price, [], CancellationPolicies.Flexible, times), at).Refund.Total;
        }
    }
}
