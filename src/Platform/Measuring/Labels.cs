using System.Globalization;

namespace Roost.Platform.Measuring;

/// <summary>Writes the tags of one measurement as {a="x",b="y"}, sorted by name, into a buffer of the thread: measuring must not allocate.</summary>
static class Labels
{
    [ThreadStatic] static char[]? buffer;

    public static ReadOnlySpan<char> Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return default;
        var text = new Writer(buffer ??= new char[512]);
        string? previous = null;
        for (var written = 0; written < tags.Length; written++)
        {
            // Few tags: looking for the next name each time is cheaper than sorting a copy.
            var next = -1;
            for (var i = 0; i < tags.Length; i++)
            {
                var isLater = previous is null || string.CompareOrdinal(tags[i].Key, previous) > 0;
                if (isLater && (next < 0 || string.CompareOrdinal(tags[i].Key, tags[next].Key) < 0)) next = i;
            }
            if (next < 0) break;
            previous = tags[next].Key;
            if (tags[next].Value is { } value) text.Label(previous, value);
        }
        return text.Finish(ref buffer);
    }

    ref struct Writer(char[] chars)
    {
        char[] chars = chars;
        int length;

        public void Label(string name, object value)
        {
            Put(length == 0 ? '{' : ',');
            foreach (var c in name) Put(char.IsAsciiLetterOrDigit(c) ? c : '_');
            Put('=');
            Put('"');
            foreach (var c in value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "") Escaped(c);
            Put('"');
        }

        public ReadOnlySpan<char> Finish(ref char[]? keep)
        {
            if (length > 0) Put('}');
            keep = chars;
            return chars.AsSpan(0, length);
        }

        void Escaped(char c)
        {
            if (c is '\\' or '"') Put('\\');
            if (c == '\n')
            {
                Put('\\');
                c = 'n';
            }
            Put(c);
        }

        void Put(char c)
        {
            if (length == chars.Length) Array.Resize(ref chars, length * 2);
            chars[length++] = c;
        }
    }
}
