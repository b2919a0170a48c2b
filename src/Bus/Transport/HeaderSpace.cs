using System.Text;
using NServiceBus;

namespace Roost.Bus.Transport;

/// <summary>How much a broker takes of headers: all of a message's headers travel in one frame.</summary>
static class HeaderSpace
{
    const int UsualFrame = 128 * 1024;

    /// <summary>Five short strings and what else describes a message; it is in the same frame.</summary>
    const int BesideHeaders = 2 * 1024;
    const int PerHeader = 6;
    const int NotWorthCutting = 256;

    /// <summary>Without these a message cannot be processed again, or nobody would know where and why it failed.</summary>
    static readonly HashSet<string> Indispensable =
    [
        Headers.MessageId, Headers.EnclosedMessageTypes, Headers.ContentType, Headers.MessageIntent, Headers.ConversationId, Headers.CorrelationId,
        Headers.ReplyToAddress, Headers.SagaId, Headers.SagaType, Headers.IsSagaTimeoutMessage, Headers.OriginatingSagaId, Headers.OriginatingSagaType,
        Headers.RetryUniqueMessageId, Headers.FailedQueue, Headers.TimeOfFailure, Headers.ExceptionInfo + "ExceptionType",
    ];

    /// <summary>With a broker that was not told otherwise.</summary>
    public static readonly int Usual = InFrameOf(UsualFrame);

    enum Worth { WhatTheExceptionSays, WhatTheSenderAdded, WhatThePlatformAdded, Indispensable }

    /// <param name="frameSize">As agreed with the broker; zero is no limit, and as much as usual is enough.</param>
    public static int InFrameOf(uint frameSize) => (frameSize == 0 ? UsualFrame : (int)Math.Min(frameSize, int.MaxValue)) - BesideHeaders;

    public static int Of(Dictionary<string, string> headers)
    {
        var bytes = 0;
        foreach (var (name, value) in headers) bytes += Of(name, value);
        return bytes;
    }

    static int Of(string name, string value) => PerHeader + Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);

    /// <summary>
    /// For the copy of a message that has to leave whatever its headers are: one that does not fit could never be sent, and the message would stay for
    /// ever. What is worth least gives way first, the longest text first; when shortening is not enough, headers are left out.
    /// </summary>
    public static void Fit(Dictionary<string, string> headers, int most)
    {
        foreach (var (name, value) in headers)
            if (value is null || !BrokerLimits.IsName(name) || BrokerLimits.IsOrder(name)) headers.Remove(name);

        var excess = Of(headers) - most;
        if (excess <= 0) return;
        var byWorth = headers.Keys.GroupBy(WorthOf).OrderBy(group => group.Key).ToArray();
        foreach (var group in byWorth) excess = Shorten(headers, [.. group], excess);
        foreach (var name in byWorth.Where(group => group.Key != Worth.Indispensable).SelectMany(group => group))
        {
            if (excess <= 0) return;
            excess -= Of(name, headers[name]);
            headers.Remove(name);
        }
    }

    static int Shorten(Dictionary<string, string> headers, string[] names, int excess)
    {
        while (excess > 0 && names.MaxBy(name => headers[name].Length) is { } longest && headers[longest].Length > NotWorthCutting)
        {
            var before = Encoding.UTF8.GetByteCount(headers[longest]);
            headers[longest] = Cut(headers[longest], Math.Max(before - excess, before / 2));
            excess -= before - Encoding.UTF8.GetByteCount(headers[longest]);
        }
        return excess;
    }

    static Worth WorthOf(string name) =>
        Indispensable.Contains(name) ? Worth.Indispensable
        : name.StartsWith(Headers.ExceptionInfo, StringComparison.Ordinal) ? Worth.WhatTheExceptionSays
        : name.StartsWith("NServiceBus.", StringComparison.Ordinal) || name.StartsWith("ServiceControl.", StringComparison.Ordinal)
            || name.StartsWith("$.", StringComparison.Ordinal) ? Worth.WhatThePlatformAdded
        : Worth.WhatTheSenderAdded;

    /// <summary>By bytes: a text of letters that take three of them must fit as well, and no letter is cut in two.</summary>
    public static string Cut(string text, int max)
    {
        if (Encoding.UTF8.GetByteCount(text) <= max) return text;
        var length = Math.Min(text.Length, max);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > max) length = length * 9 / 10;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length];
    }
}
