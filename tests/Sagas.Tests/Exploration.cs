namespace Roost.Sagas.Tests;

/// <summary>Sagas with what surrounds them: messages are on their way until they are delivered, and the world itself may act.</summary>
public interface IWorld<TWorld, in TAct, out TKey>
{
    Bag Bag { get; }

    /// <summary>What the future depends on; how it came about does not matter. Its equality is asked millions of times.</summary>
    TKey Key { get; }

    TWorld Copy();
    bool CanHappen(TAct act);
    void Do(TAct act);

    /// <summary>A timeout is not due before its time.</summary>
    bool IsDue(object message);

    Task Deliver(object message);
}

/// <summary>
/// Visits every state that can be reached, by whatever order of acts and deliveries, where each message comes at least once, and copies of it any number of times and
/// at any later moment. The shortest ways come first, so that what fails tells the shortest story. P-33.
/// </summary>
public static class Exploration
{
    const int MostStates = 5_000_000;

    public static async IAsyncEnumerable<TWorld> Of<TWorld, TAct, TKey>(IWorld<TWorld, TAct, TKey> start, TAct[] acts)
        where TWorld : IWorld<TWorld, TAct, TKey>
    {
        var seen = new HashSet<TKey>();
        var open = new Queue<TWorld>();
        Meet((TWorld)start);
        while (open.TryDequeue(out var world))
        {
            yield return world;
            foreach (var act in acts)
            {
                if (!world.CanHappen(act)) continue;
                var next = world.Copy();
                next.Do(act);
                Meet(next);
            }
            foreach (var (message, _) in world.Bag.Messages)
            {
                if (!world.IsDue(message)) continue;
                var next = world.Copy();
                next.Bag.Deliver(message);
                await next.Deliver(message);
                Meet(next);
            }
        }

        void Meet(TWorld next)
        {
            if (seen.Add(next.Key)) open.Enqueue(next);
            if (seen.Count > MostStates) throw new InvalidOperationException($"the states are not finite: {next.Key}");
        }
    }
}

/// <summary>How a state was reached, told backwards: many worlds share their past.</summary>
public sealed record Story(string Step, Story? Before)
{
    public override string ToString() => Before is null ? Step : $"{Before} → {Step}";
}
