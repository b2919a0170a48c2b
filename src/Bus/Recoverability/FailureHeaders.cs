using System.Collections;
using System.Text;
using NServiceBus;
using NServiceBus.Transport;
using Roost.Bus.Hosting;
using Roost.Bus.Transport;

namespace Roost.Bus.Recoverability;

/// <summary>The headers of a message in the error queue: what the platform shows, groups by and retries with.</summary>
sealed class FailureHeaders(string endpointName, HostIdentity host, TimeProvider clock)
{
    const int MaxMessage = 16_384;
    const int MaxStackTrace = 32_768;
    const int MaxData = 2_048;
    const int MaxDataEntries = 16;
    const int MaxName = 255; // the broker's limit
    const int NotWorthCutting = 256;

    public Dictionary<string, string> Describe(ErrorContext failed)
    {
        var exception = failed.Exception;
        var headers = new Dictionary<string, string>
        {
            [Headers.FailedQueue] = failed.ReceiveAddress,
            [Headers.TimeOfFailure] = DateTimeOffsetHelper.ToWireFormattedString(clock.GetUtcNow()),
            [Headers.ExceptionInfo + "ExceptionType"] = exception.GetType().FullName!,
            [Headers.ExceptionInfo + "Message"] = Cut(exception.Message, MaxMessage),
            [Headers.ExceptionInfo + "Source"] = exception.Source ?? "",
            [Headers.ExceptionInfo + "StackTrace"] = Cut(exception.ToString(), MaxStackTrace),
            [Headers.ProcessingMachine] = host.Machine,
            [Headers.ProcessingEndpoint] = endpointName,
            [Headers.HostId] = host.IdText,
            [Headers.HostDisplayName] = host.DisplayName,
        };
        if (exception.InnerException is { } inner) headers[Headers.ExceptionInfo + "InnerExceptionType"] = inner.GetType().FullName!;
        if (exception.HelpLink is { } link) headers[Headers.ExceptionInfo + "HelpLink"] = link;
        foreach (var entry in exception.Data.Cast<DictionaryEntry>().Where(entry => entry.Value is not null).Take(MaxDataEntries))
            headers[Cut($"{Headers.ExceptionInfo}Data.{entry.Key}", MaxName)] = Cut(entry.Value!.ToString() ?? "", MaxData);
        return headers;
    }

    /// <summary>
    /// All headers together have to fit into one frame of the broker, else the error copy itself could never be sent. What the exception
    /// says gives way first, the longest text first; only when the sender's headers alone fill the frame, they do.
    /// </summary>
    public static void Fit(Dictionary<string, string> headers)
    {
        while (HeaderSpace.Of(headers) - HeaderSpace.Most is var excess and > 0)
        {
            if ((Longest(headers, IsOfException) ?? Longest(headers, IsOfSender)) is not { } name) return;
            var bytes = Encoding.UTF8.GetByteCount(headers[name]);
            headers[name] = Cut(headers[name], Math.Max(bytes - excess, bytes / 2));
        }
    }

    static bool IsOfException(string name) => name.StartsWith(Headers.ExceptionInfo, StringComparison.Ordinal);

    static bool IsOfSender(string name) => !name.StartsWith("NServiceBus.", StringComparison.Ordinal)
        && !name.StartsWith("ServiceControl.", StringComparison.Ordinal) && !name.StartsWith("$.", StringComparison.Ordinal);

    static string? Longest(Dictionary<string, string> headers, Func<string, bool> which)
    {
        var longest = headers.Where(header => which(header.Key)).MaxBy(header => header.Value.Length);
        return longest.Value?.Length > NotWorthCutting ? longest.Key : null;
    }

    /// <summary>By bytes: a text of letters that take three of them must fit as well, and no letter is cut in two.</summary>
    static string Cut(string text, int max)
    {
        if (Encoding.UTF8.GetByteCount(text) <= max) return text;
        var length = Math.Min(text.Length, max);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > max) length = length * 9 / 10;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length];
    }
}
