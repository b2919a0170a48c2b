namespace Roost.StripeSimulator.Control;

/// <param name="Status">Null when no answer was given.</param>
/// <param name="Made">The objects that this call, and no other, made.</param>
public sealed record JournalEntry(
    DateTimeOffset At, string RequestId, string Method, string Path, string? Key, int? Status, bool Replayed, FaultAction? Fault, string[] Made);

/// <summary>The calls that were received, the last hundred thousand of them.</summary>
public sealed class Journal
{
    const int Longest = 100_000;
    readonly Queue<JournalEntry> entries = new();

    public void Add(JournalEntry entry)
    {
        if (entries.Count == Longest) entries.Dequeue();
        entries.Enqueue(entry);
    }

    public JournalEntry[] Find(string? method, string? path, string? key) =>
    [
        .. entries.Where(entry => (method is null || entry.Method == method)
            && (path is null || entry.Path.StartsWith(path, StringComparison.Ordinal))
            && (key is null || entry.Key == key)),
    ];

    public void Clear() => entries.Clear();
}
