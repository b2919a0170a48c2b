namespace Roost.Faults.Tests;

/// <summary>Kills the product's processes with -9 at random instants and starts them again, until it is told that this is enough.</summary>
sealed class Killing(Marketplace marketplace, int seed)
{
    static readonly TimeSpan LongestBreak = TimeSpan.FromMilliseconds(1500);
    readonly Random random = new(seed);

    public int Kills { get; private set; }

    /// <summary>Each endpoint so many times, in an order by chance.</summary>
    public async Task EachEndpoint(int times)
    {
        var victims = Enumerable.Repeat(Marketplace.Endpoints, times).SelectMany(endpoints => endpoints).ToArray();
        random.Shuffle(victims);
        foreach (var victim in victims)
        {
            await Task.Delay(LongestBreak * random.NextDouble());
            await marketplace.Kill(victim);
            Kills++;
            await marketplace.Start(victim);
        }
    }
}
