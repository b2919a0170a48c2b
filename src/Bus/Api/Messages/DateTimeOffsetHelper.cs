using System.Globalization;

namespace NServiceBus;

/// <summary>Instants in headers: always UTC, always 27 characters, a colon before the microseconds.</summary>
public static class DateTimeOffsetHelper
{
    const string Format = "yyyy-MM-dd HH:mm:ss:ffffff Z";

    public static string ToWireFormattedString(DateTimeOffset dateTime) =>
        string.Create(
            Format.Length, dateTime.UtcDateTime, static (text, utc) => utc.TryFormat(text, out _, Format, CultureInfo.InvariantCulture));

    /// <summary>Null for what somebody else wrote differently: a header that is only measured or shown fails no message.</summary>
    internal static DateTimeOffset? TryParse(string? wireFormattedString) =>
        DateTimeOffset.TryParseExact(
            wireFormattedString, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;

    public static DateTimeOffset ToDateTimeOffset(string wireFormattedString) =>
        DateTimeOffset.ParseExact(
            wireFormattedString, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
