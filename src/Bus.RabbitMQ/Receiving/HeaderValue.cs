using System.Globalization;
using System.Text;
using NServiceBus;
using RabbitMQ.Client;

namespace Roost.Bus.RabbitMQ.Receiving;

/// <summary>What a sender's client put into a header: text, a number, or lists and tables of these in one another.</summary>
static class HeaderValue
{
    // In the 128 kB of a header there is room for 26 000 lists in one another: who follows them all has no stack left, and with it no process.
    // The broker's own, a list of tables, goes two deep.
    const int Deepest = 8;

    public static string Text(object? value) => Text(value, Deepest);

    /// <summary>As they came, for writing them again; text in the place of what is too deep to be written.</summary>
    public static Dictionary<string, object?> Writable(IDictionary<string, object?> headers) =>
        headers.ToDictionary(header => header.Key, header => IsDeeper(header.Value, Deepest) ? Text(header.Value) : header.Value);

    static string Text(object? value, int levels) => value switch
    {
        null => "",
        byte[] text => Encoding.UTF8.GetString(text),
        string text => text,
        AmqpTimestamp time => DateTimeOffsetHelper.ToWireFormattedString(DateTimeOffset.FromUnixTimeSeconds(time.UnixTime)),
        IDictionary<string, object?> or IEnumerable<object?> when levels == 0 => "…",
        IDictionary<string, object?> table => string.Join(',', table.Select(entry => $"{entry.Key}={Text(entry.Value, levels - 1)}")),
        IEnumerable<object?> items => string.Join(';', items.Select(item => Text(item, levels - 1))),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static bool IsDeeper(object? value, int levels) => value switch
    {
        IDictionary<string, object?> or IEnumerable<object?> when levels == 0 => true,
        IDictionary<string, object?> table => table.Values.Any(inner => IsDeeper(inner, levels - 1)),
        IEnumerable<object?> items => items.Any(inner => IsDeeper(inner, levels - 1)),
        _ => false,
    };
}
