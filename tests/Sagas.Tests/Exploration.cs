using System.Security.Cryptography;
using System.Text;

namespace Roost.Sagas.Tests;

/// <summary>Sagas with what surrounds them: messages are on their way until they are delivered, and the world itself may act.</summary>
public interface IWorld<TWorld, in TAct>
{
    Bag Bag { get; }

    /// <summary>What the future depends on; how it came about does not matter.</summary>
    string Key { get; }

    TWorld Copy();
    bool CanHappen(TAct act);
    void Do(TAct act);

    /// <summary>A timeout is not due before its time.</summary>
    bool IsDue(object message);

    Task Deliver(object message);
}

/// <summary>
/// Visits every state that can be reached, by whatever order of acts and deliveries, where each message comes at least once, and copies of it at any later time. The
/// shortest ways come first, so that what fails tells the shortest story. P-33.
/// </summary>
public static class Exploration
{
    /// <summary>Of every message, any number of times.</summary>
    public const int AnyCopies = int.MaxValue;
    const int MostStates = 5_000_000;

    /// <summary>So many on each way, as far as seconds go; with ROOST_TEST_COPIES=any, which takes minutes, <see cref="AnyCopies"/>.</summary>
    public static int Usually(int copies) => Environment.GetEnvironmentVariable("ROOST_TEST_COPIES") == "any" ? AnyCopies : copies;

    /// <param name="copies">How many copies may come on one way.</param>
    public static async IAsyncEnumerable<TWorld> Of<TWorld, TAct>(TWorld start, TAct[] acts, int copies) where TWorld : IWorld<TWorld, TAct>
    {
        var seen = new HashSet<UInt128>();
        var open = new Queue<(TWorld World, int Copies)>();
        Meet(start, copies);
        while (open.TryDequeue(out var reached))
        {
            var (world, left) = reached;
            yield return world;
            foreach (var act in acts)
            {
                if (!world.CanHappen(act)) continue;
                var next = world.Copy();
                next.Do(act);
                Meet(next, left);
            }
            foreach (var (message, isPending) in world.Bag.Messages)
            {
                if (!world.IsDue(message) || (!isPending && left == 0)) continue;
                var next = world.Copy();
                next.Bag.Deliver(message);
                await next.Deliver(message);
                Meet(next, isPending || left == AnyCopies ? left : left - 1);
            }
        }

        void Meet(TWorld next, int left)
        {
            if (seen.Add(Hash($"{next.Key}|{left}"))) open.Enqueue((next, left));
            if (seen.Count > MostStates) throw new InvalidOperationException($"the states are not finite: {next.Key}");
        }
    }

    /// <summary>Many keys are remembered; 16 bytes of each are enough to tell them apart.</summary>
    static UInt128 Hash(string key) => BitConverter.ToUInt128(SHA256.HashData(Encoding.Unicode.GetBytes(key)));
}

/// <summary>How a state was reached, told backwards: many worlds share their past.</summary>
public sealed record Story(string Step, Story? Before)
{
    public override string ToString() => Before is null ? Step : $"{Before} → {Step}";
}
