using System.Collections.Concurrent;
using System.Text;

namespace Roost.Sagas.Tests;

/// <summary>Every message that was ever sent, in no order: a copy can come at any time. Some have not been delivered since they were sent.</summary>
public sealed class Bag
{
    /// <summary>Equal messages have one number: they are written out once, and not in the key of every state that they lie in.</summary>
    static readonly ConcurrentDictionary<string, int> numbers = new();
    static int last;

    readonly SortedList<int, (object Message, bool IsPending)> messages;
    bool isCopy;

    public Bag() => messages = [];

    Bag(SortedList<int, (object, bool)> messages) => this.messages = messages;

    public IEnumerable<(object Message, bool IsPending)> Messages => messages.Values;

    public IEnumerable<object> Pending => messages.Values.Where(it => it.IsPending).Select(it => it.Message);

    /// <param name="label">What tells it from others of its type; without it, its text.</param>
    public void Put(object message, string? label = null) => messages[Number(label ?? message.ToString()!)] = (message, true);

    /// <summary>What answers the message that is being delivered. To a copy the same may be answered, but nobody needs it: it was answered before.</summary>
    public void Answer(object message)
    {
        var number = Number(message.ToString()!);
        if (!isCopy || !messages.ContainsKey(number)) messages[number] = (message, true);
    }

    public void Deliver(object message)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (!ReferenceEquals(messages.Values[i].Message, message)) continue;
            isCopy = !messages.Values[i].IsPending;
            messages.SetValueAtIndex(i, (message, false));
        }
    }

    static int Number(string label) => numbers.GetOrAdd(label, _ => Interlocked.Increment(ref last));

    public Bag Copy()
    {
        var copy = new SortedList<int, (object, bool)>(messages.Count + 2);
        foreach (var (number, message) in messages) copy.Add(number, message);
        return new Bag(copy);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (number, (_, isPending)) in messages) text.Append(number).Append(isPending ? '!' : ',');
        return text.ToString();
    }
}
