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
            [Headers.ExceptionInfo + "Message"] = Cut(Said(() => exception.Message), MaxMessage),
            [Headers.ExceptionInfo + "Source"] = Cut(Said(() => exception.Source), MaxData),
            [Headers.ExceptionInfo + "StackTrace"] = Cut(Said(exception.ToString, () => exception.StackTrace), MaxStackTrace),
            [Headers.ProcessingMachine] = host.Machine,
            [Headers.ProcessingEndpoint] = endpointName,
            [Headers.HostId] = host.IdText,
            [Headers.HostDisplayName] = host.DisplayName,
        };
        if (exception.InnerException is { } inner) headers[Headers.ExceptionInfo + "InnerExceptionType"] = inner.GetType().FullName!;
        if (Said(() => exception.HelpLink) is { Length: > 0 } link) headers[Headers.ExceptionInfo + "HelpLink"] = Cut(link, MaxData);
        foreach (var (name, value) in DataOf(exception).Take(MaxDataEntries).Concat(failed.Facts))
            headers[Cut($"{Headers.ExceptionInfo}Data.{name}", MaxName)] = Cut(value, MaxData);
        return headers;
    }

    static List<KeyValuePair<string, string>> DataOf(Exception exception)
    {
        var data = new List<KeyValuePair<string, string>>();
        try
        {
            foreach (DictionaryEntry entry in exception.Data)
                if (entry.Value is not null) data.Add(new(Said(entry.Key.ToString), Said(entry.Value.ToString)));
        }
        catch (Exception)
        {
            // There is none, or another thread that has the same exception is writing it.
        }
        return data;
    }

    /// <summary>An exception is other people's code, which may throw when it is asked what happened.</summary>
    static string Said(Func<string?> what, Func<string?>? otherwise = null)
    {
        try
        {
            return what() ?? "";
        }
        catch (Exception e)
        {
            return otherwise is null ? $"(not known, for asking throws {e.GetType().FullName})" : Said(otherwise);
        }
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
