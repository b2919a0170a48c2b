using System.Collections;
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

    public Dictionary<string, string> Describe(ErrorContext failed)
    {
        var exception = failed.Exception;
        var headers = new Dictionary<string, string>
        {
            [Headers.FailedQueue] = failed.ReceiveAddress,
            [Headers.TimeOfFailure] = DateTimeOffsetHelper.ToWireFormattedString(clock.GetUtcNow()),
            [Headers.ExceptionInfo + "ExceptionType"] = exception.GetType().FullName!,
            [Headers.ExceptionInfo + "Message"] = HeaderSpace.Cut(Said(() => exception.Message), MaxMessage),
            [Headers.ExceptionInfo + "Source"] = HeaderSpace.Cut(Said(() => exception.Source), MaxData),
            [Headers.ExceptionInfo + "StackTrace"] = HeaderSpace.Cut(Said(exception.ToString, () => exception.StackTrace), MaxStackTrace),
            [Headers.ProcessingMachine] = host.Machine,
            [Headers.ProcessingEndpoint] = endpointName,
            [Headers.HostId] = host.IdText,
            [Headers.HostDisplayName] = host.DisplayName,
        };
        if (exception.InnerException is { } inner) headers[Headers.ExceptionInfo + "InnerExceptionType"] = inner.GetType().FullName!;
        if (Said(() => exception.HelpLink) is { Length: > 0 } link) headers[Headers.ExceptionInfo + "HelpLink"] = HeaderSpace.Cut(link, MaxData);
        foreach (var (name, value) in DataOf(exception).Take(MaxDataEntries).Concat(failed.Facts))
            headers[HeaderSpace.Cut($"{Headers.ExceptionInfo}Data.{name}", BrokerLimits.LongestName)] = HeaderSpace.Cut(value, MaxData);
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
}
