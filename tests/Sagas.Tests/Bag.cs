namespace Roost.Sagas.Tests;

/// <summary>
/// Every message that was ever sent, in no order: a copy can come at any time. Some have not been delivered since they were sent. All bags of one exploration number
/// their messages alike, so that a bag is two sets of bits: millions of them are copied and compared.
/// </summary>
public sealed class Bag
{
    const int Most = 128;

    readonly Dictionary<object, int> numbers;
    readonly List<object> all;
    UInt128 sent, pending;
    bool isCopy;

    public Bag() => (numbers, all) = ([], []);

    Bag(Bag other) => (numbers, all, sent, pending) = (other.numbers, other.all, other.sent, other.pending);

    /// <summary>Equal for bags that hold the same.</summary>
    public (UInt128 Sent, UInt128 Pending) Key => (sent, pending);

    /// <summary>In the order in which they came up first, in whatever bag.</summary>
    public IEnumerable<(object Message, bool IsPending)> Messages
    {
        get
        {
            for (var number = 0; number < Most && sent >> number != 0; number++)
                if ((sent & Bit(number)) != 0) yield return (all[number], (pending & Bit(number)) != 0);
        }
    }

    public bool HasPending(Func<object, bool> isDue)
    {
        for (var number = 0; number < Most && pending >> number != 0; number++)
            if ((pending & Bit(number)) != 0 && isDue(all[number])) return true;
        return false;
    }

    public void Put(object message)
    {
        var bit = Bit(Number(message));
        (sent, pending) = (sent | bit, pending | bit);
    }

    /// <summary>What answers the message that is being delivered. To a copy the same may be answered, but nobody needs it: it was answered before.</summary>
    public void Answer(object message)
    {
        if (!isCopy || (sent & Bit(Number(message))) == 0) Put(message);
    }

    /// <param name="message">One of <see cref="Messages"/>.</param>
    public void Deliver(object message)
    {
        var bit = Bit(all.FindIndex(it => ReferenceEquals(it, message)));
        isCopy = (pending & bit) == 0;
        pending &= ~bit;
    }

    public Bag Copy() => new(this);

    /// <summary>Messages that say the same are the same, also where they hold lists, which compare by reference.</summary>
    int Number(object message)
    {
        if (numbers.TryGetValue(message, out var number)) return number;

        var text = message.ToString()!;
        if (!numbers.TryGetValue(text, out number))
        {
            if (all.Count == Most) throw new InvalidOperationException($"More than {Most} different messages: {text}");
            number = numbers[text] = all.Count;
            all.Add(message);
        }
        return numbers[message] = number;
    }

    static UInt128 Bit(int number) => UInt128.One << number;
}
