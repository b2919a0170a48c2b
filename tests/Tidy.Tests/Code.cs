using System.Text;
using System.Text.RegularExpressions;

namespace Roost.Tidy.Tests;

/// <summary>
/// C# without its comments and the text of its strings, line by line, so that a rule about code does not stumble over prose. What stands in the holes of an interpolated string
/// is code.
/// </summary>
public sealed class Code
{
    static readonly Regex Interpolated = new("""\G(\$+@?|@\$)(?<quotes>"+)""");
    static readonly Regex Prose = new(
        """
        \G(//[^\n]* | /\*.*?\*/ | '(\\.|[^'\\\n])*' | @"([^"]|"")*" | (?<raw>"{3,}).*?\k<raw> | "(\\.|[^"\\\n])*")
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace);

    readonly StringBuilder code = new();
    readonly string source;
    int at;

    Code(string source) => this.source = source;

    public static string Only(string source)
    {
        var reading = new Code(source);
        reading.Read(inHole: false);
        return reading.code.ToString();
    }

    void Read(bool inHole)
    {
        for (var open = 0; at < source.Length;)
        {
            if (Interpolated.Match(source, at) is { Success: true } begin) ReadInterpolated(begin);
            else if (Prose.Match(source, at) is { Success: true } prose) Skip(prose.Length);
            else if (inHole && open == 0 && source[at] is ':' or '}') return;
            else
            {
                open += source[at] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
                code.Append(source[at++]);
            }
        }
    }

    void ReadInterpolated(Match begin)
    {
        var quotes = begin.Groups["quotes"].Value;
        var verbatim = begin.Value.Contains('@');
        var raw = quotes.Length > 2 && !verbatim;
        var braces = raw ? begin.Value.Count(c => c == '$') : 1;
        code.Append('$');
        if (!raw) quotes = "\"";
        at = begin.Groups["quotes"].Index + quotes.Length;

        while (at < source.Length && !(At(quotes) && !(verbatim && At("\"\""))))
        {
            var opening = Run('{');
            if (opening >= braces && (raw || opening % 2 == 1))
            {
                at += opening;
                code.Append('{');
                Read(inHole: true);
                while (at < source.Length && source[at] != '}') at++; // how it is to be written is not code
                at += braces;
                code.Append('}');
            }
            else Skip(opening > 0 ? opening : (!raw && !verbatim && source[at] == '\\') || (verbatim && At("\"\"")) ? 2 : 1);
        }
        at += quotes.Length;
    }

    bool At(string text) => string.CompareOrdinal(source, at, text, 0, text.Length) == 0;

    int Run(char c)
    {
        var length = 0;
        while (at + length < source.Length && source[at + length] == c) length++;
        return length;
    }

    void Skip(int length)
    {
        for (var end = Math.Min(at + length, source.Length); at < end; at++)
        {
            if (source[at] == '\n') code.Append('\n');
        }
    }
}
