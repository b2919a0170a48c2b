namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>A note per key, for the last thousand keys and for a while only: what is older has been forgotten by the broker too.</summary>
sealed class RecentKeys<T>(TimeSpan keptFor, TimeProvider clock)
{
    const int Most = 1_000;
    readonly Dictionary<string, LinkedListNode<Note>> byKey = [];
    readonly LinkedList<Note> byAge = [];
    int count;

    /// <summary>Asked for every message, so it takes no lock; being wrong for a moment does no harm.</summary>
    public bool IsEmpty => Volatile.Read(ref count) == 0;

    public void Remember(string key, T what)
    {
        lock (byKey)
        {
            Remove(key);
            byKey[key] = byAge.AddLast(new Note(key, what, clock.GetTimestamp()));
            if (byKey.Count > Most) Remove(byAge.First!.Value.Key);
            count = byKey.Count;
        }
    }

    /// <summary>Gives the note and forgets it.</summary>
    public bool Take(string key, out T? what)
    {
        lock (byKey)
        {
            var found = byKey.TryGetValue(key, out var node) && clock.GetElapsedTime(node.Value.At) < keptFor;
            what = found ? node!.Value.What : default;
            Remove(key);
            count = byKey.Count;
            return found;
        }
    }

    void Remove(string key)
    {
        if (byKey.Remove(key, out var node)) byAge.Remove(node);
    }

    readonly record struct Note(string Key, T What, long At);
}
