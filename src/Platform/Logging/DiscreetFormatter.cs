using System.Text.RegularExpressions;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Roost.Platform.Logging;

/// <summary>
/// JSON, one event a line, without what looks like an e-mail address, a phone number or a card. The rule is never to log bodies, query
/// strings or names; this is the net below the rule, for texts that are not ours: exception messages above all.
/// </summary>
public sealed partial class DiscreetFormatter : ITextFormatter
{
    // Added by the web server's own scope: paths may hold anything a stranger typed.
    static readonly HashSet<string> unwanted = ["RequestPath", "ConnectionId"];

    readonly MessageTemplateTextFormatter message = new("{Message:l}");
    readonly JsonValueFormatter values = new(typeTagName: null);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter();
        line.Write($"{{\"Timestamp\":\"{logEvent.Timestamp.UtcDateTime:O}\",\"Level\":\"{logEvent.Level}\",\"Message\":");
        JsonValueFormatter.WriteQuotedJsonString(Rendered(logEvent), line);
        if (logEvent.Exception is { } exception)
        {
            line.Write(",\"Exception\":");
            JsonValueFormatter.WriteQuotedJsonString(exception.ToString(), line);
        }
        if (logEvent.TraceId is { } trace) line.Write($",\"TraceId\":\"{trace}\",\"SpanId\":\"{logEvent.SpanId}\"");
        line.Write(",\"Properties\":{");
        var separator = "";
        foreach (var (name, value) in logEvent.Properties)
        {
            if (unwanted.Contains(name)) continue;
            line.Write(separator);
            JsonValueFormatter.WriteQuotedJsonString(name, line);
            line.Write(':');
            values.Format(value, line);
            separator = ",";
        }
        line.Write("}}");
        output.WriteLine(Discreet(line.ToString()));
    }

    string Rendered(LogEvent logEvent)
    {
        using var text = new StringWriter();
        message.Format(logEvent, text);
        return text.ToString();
    }

    public static string Discreet(string text)
    {
        if (text.Contains('@')) text = Email.Replace(text, "[email]");
        if (text.Contains('+')) text = Phone.Replace(text, "[phone]");
        return Card.Replace(text, digits => IsCard(digits.ValueSpan) ? "[card]" : digits.Value);
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63})+")]
    static partial Regex Email { get; }

    // Instants end in +00:00; a phone number has no colon and more digits.
    [GeneratedRegex(@"\+[1-9](?:[ \-().]{0,2}[0-9]){7,14}(?![0-9:])")]
    static partial Regex Phone { get; }

    [GeneratedRegex(@"(?<![0-9A-Za-z.\-])[2-6][0-9]{3}[ \-]?[0-9]{4}[ \-]?[0-9]{4}[ \-]?[0-9]{1,7}(?![0-9A-Za-z\-])")]
    static partial Regex Card { get; }

    /// <summary>The check digit tells a card from the many other long numbers (ticks, counters).</summary>
    static bool IsCard(ReadOnlySpan<char> text)
    {
        var (sum, count) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(text[i])) continue;
            var digit = text[i] - '0';
            if (count++ % 2 == 1) digit = digit < 5 ? digit * 2 : digit * 2 - 9;
            sum += digit;
        }
        return count is >= 13 and <= 19 && sum % 10 == 0;
    }
}
