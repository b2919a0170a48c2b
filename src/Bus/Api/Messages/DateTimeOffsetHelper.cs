using System.Globalization;

namespace NServiceBus;

/// <summary>Instants in headers: always UTC, always 27 characters, a colon before the microseconds.</summary>
public static class DateTimeOffsetHelper
{
    const string Format = "yyyy-MM-dd HH:mm:ss:ffffff Z";

    public static string ToWireFormattedString(DateTimeOffset dateTime) =>
        string.Create(
            Format.Length, dateTime.UtcDateTime, static (text, utc) => utc.TryFormat(text, out _, Format, CultureInfo.InvariantCulture));

    public static DateTimeOffset ToDateTimeOffset(string wireFormattedString) =>
        DateTimeOffset.ParseExact(
            wireFormattedString, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
