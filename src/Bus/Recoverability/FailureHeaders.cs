using System.Collections;
using System.Text;
using NServiceBus;
using NServiceBus.Transport;
using Roost.Bus.Hosting;

namespace Roost.Bus.Recoverability;

/// <summary>The headers of a message in the error queue: what the platform shows, groups by and retries with.</summary>
sealed class FailureHeaders(string endpointName, HostIdentity host, TimeProvider clock)
{
    // All headers together have to fit into one frame of the broker (128 KiB); beyond it the error copy itself could not be sent.
    const int MaxMessage = 16_384;
    const int MaxStackTrace = 32_768;
    const int MaxData = 2_048;
    const int MaxDataEntries = 16;

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
            headers[$"{Headers.ExceptionInfo}Data.{entry.Key}"] = Cut(entry.Value!.ToString() ?? "", MaxData);
        return headers;
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
