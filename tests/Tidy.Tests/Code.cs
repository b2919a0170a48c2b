using System.Text;

namespace Roost.Tidy.Tests;

/// <summary>C# without its comments and the text of its strings, line by line, so that a rule about code does not stumble over prose.</summary>
public static class Code
{
    public static string Only(string source)
    {
        var code = new StringBuilder(source.Length);
        for (var i = 0; i < source.Length;)
        {
            var end = EndOfProse(source, i);
            if (end == i) code.Append(source[i++]);
            for (; i < end; i++)
            {
                if (source[i] == '\n') code.Append('\n');
            }
        }
        return code.ToString();
    }

    /// <summary>Where the comment or literal that begins at i ends; i itself when none does.</summary>
    static int EndOfProse(string source, int i)
    {
        if (At("//")) return source.IndexOf('\n', i) is var end and >= 0 ? end : source.Length;
        if (At("/*")) return After("*/", i + 2);
        if (source[i] == '\'') return Quoted(i + 1, '\'');
        if (At("@\"") || At("$@\"") || At("@$\"")) return Verbatim(source.IndexOf('"', i) + 1);
        if (source[i] != '"') return i;

        var quotes = 0;
        while (i + quotes < source.Length && source[i + quotes] == '"') quotes++;
        return quotes switch
        {
            2 => i + 2,
            > 2 => After(new string('"', quotes), i + quotes),
            _ => Quoted(i + 1, '"'),
        };

        bool At(string text) => string.CompareOrdinal(source, i, text, 0, text.Length) == 0;
        int After(string text, int from) => source.IndexOf(text, from, StringComparison.Ordinal) is var found and >= 0 ? found + text.Length : source.Length;

        int Quoted(int from, char quote)
        {
            while (from < source.Length && source[from] != quote && source[from] != '\n') from += source[from] == '\\' ? 2 : 1;
            return Math.Min(from + 1, source.Length);
        }

        int Verbatim(int from)
        {
            while (from < source.Length && (source[from] != '"' || (from + 1 < source.Length && source[from + 1] == '"')))
                from += source[from] == '"' ? 2 : 1;
            return Math.Min(from + 1, source.Length);
        }
    }
}
