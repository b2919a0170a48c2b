using Roost.Contracts;

namespace Roost.Benchmarks.Holds;

/// <summary>Which nights the next guest wants: of one unit always the same three, of many any three of the next year.</summary>
static class Wish
{
    static readonly DateOnly Peak = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(100);

    public static HoldNights Next(Guid[] units, Random random)
    {
        var checkIn = units.Length == 1 ? Peak : Peak.AddDays(random.Next(360));
        var nights = new NightsLine(units[random.Next(units.Length)], checkIn, checkIn.AddDays(3), Quantity: 1);
        return new(Guid.CreateVersion7(), [nights], TimeSpan.FromMinutes(15));
    }
}
