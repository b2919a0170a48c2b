namespace Roost.StripeSimulator.Protocol;

/// <summary>An answer as it was first given.</summary>
public sealed record Answer(int Status, byte[] Body)
{
    public bool? ShouldRetry { get; init; }
    public string? RateLimitedReason { get; init; }
}

/// <summary>
/// What Stripe remembers of a key: 409 while the first call runs, the same answer (also a decline, also a 500)
/// for the same call, 400 for another, nothing after 24 hours.
/// </summary>
public sealed class IdempotencyKeys
{
    static readonly long Memory = (long)TimeSpan.FromHours(24).TotalSeconds;
    readonly Dictionary<string, Entry> entries = [];
    readonly Queue<(string Key, Entry Entry)> byAge = [];

    public sealed class Entry(string path, byte[] fingerprint, string requestId, long at)
    {
        public long At => at;
        public string RequestId => requestId;
        public Answer? Answer { get; set; }
        public bool IsFor(string otherPath, byte[] other) => path == otherPath && fingerprint.AsSpan().SequenceEqual(other);
    }

    /// <returns>The entry to fill when this call is the first of its key, else the one whose answer is to be repeated.</returns>
    public (Entry Entry, bool First) Begin(string key, string path, byte[] fingerprint, string requestId, long now)
    {
        if (key.Length > 255) throw StripeError.Invalid("Idempotency keys can be at most 255 characters", param: "Idempotency-Key");
        if (entries.TryGetValue(key, out var known))
        {
            if (!known.IsFor(path, fingerprint)) throw StripeError.KeyReused(key);
            return known.Answer is null ? throw StripeError.KeyInUse(key) : (known, false);
        }
        var entry = new Entry(path, fingerprint, requestId, now);
        entries.Add(key, entry);
        byAge.Enqueue((key, entry));
        return (entry, true);
    }

    /// <summary>Nothing was executed: the key is as good as new.</summary>
    public void Release(string key) => entries.Remove(key);

    public void Forget(long now)
    {
        while (byAge.TryPeek(out var oldest) && now - oldest.Entry.At >= Memory)
        {
            byAge.Dequeue();
            if (entries.GetValueOrDefault(oldest.Key) == oldest.Entry) entries.Remove(oldest.Key);
        }
    }

    public void Clear()
    {
        entries.Clear();
        byAge.Clear();
    }
}
