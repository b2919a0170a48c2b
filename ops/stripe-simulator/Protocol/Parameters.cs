using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;

namespace Roost.StripeSimulator.Protocol;

/// <summary>
/// The flattened parameters of one call (`a[b][0]=v`) as a tree. What a route reads is what it knows:
/// <see cref="RefuseUnknown"/> afterwards refuses the rest, as Stripe does.
/// </summary>
public sealed class Parameters
{
    readonly Dictionary<string, object> values = [];
    readonly HashSet<string> read = [];
    readonly string path;

    Parameters(string path) => this.path = path;

    /// <summary>The same parameters in any order have the same fingerprint.</summary>
    public byte[] Fingerprint { get; private set; } = [];

    public static Parameters Parse(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var root = new Parameters("");
        var sorted = new List<string>();
        foreach (var (key, value) in pairs)
        {
            root.Add(key, value);
            sorted.Add($"{key}={value}");
        }
        sorted.Sort(StringComparer.Ordinal);
        root.Fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', sorted)));
        return root;
    }

    void Add(string key, string value)
    {
        var names = key.Split('[').Select((part, i) => i == 0 ? part : part.TrimEnd(']')).ToArray();
        var node = this;
        foreach (var name in names[..^1])
        {
            var inner = node.values.GetValueOrDefault(name) as Parameters;
            if (inner is null) node.values[name] = inner = new Parameters(node.NameOf(name));
            node = inner;
        }
        // `a[]=x` repeated is the same list as `a[0]=x`
        var last = names[^1].Length > 0 ? names[^1] : node.values.Count.ToString(CultureInfo.InvariantCulture);
        node.values[last] = value;
    }

    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>An empty value unsets a field, which for a new object is the same as not sending it.</summary>
    public string? Text(string name, int maxLength = 5000)
    {
        read.Add(name);
        if (values.GetValueOrDefault(name) is not { } value) return null;
        if (value is not string text) throw StripeError.Invalid($"Invalid string: {NameOf(name)}", param: NameOf(name));
        if (text.Length > maxLength)
            throw StripeError.Invalid($"Invalid string: must be at most {maxLength} characters", param: NameOf(name));
        return text.Length == 0 ? null : text;
    }

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public long? Integer(string name)
    {
        if (Text(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw StripeError.Invalid($"Invalid integer: {text}", "parameter_invalid_integer", NameOf(name));
    }

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw StripeError.Invalid($"Invalid boolean: {other}", param: NameOf(name)),
    };

    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        var text = Text(name);
        if (text is null || allowed.Contains(text)) return text;
        throw StripeError.Invalid($"Invalid {NameOf(name)}: must be one of {string.Join(", ", allowed!)}", param: NameOf(name));
    }

    public Parameters Group(string name)
    {
        read.Add(name);
        return values.GetValueOrDefault(name) as Parameters ?? new Parameters(NameOf(name));
    }

    public string[] List(string name)
    {
        var list = Group(name);
        return [.. list.values.Keys.OrderBy(key => key.Length).ThenBy(key => key, StringComparer.Ordinal).Select(key => list.RequiredText(key))];
    }

    /// <summary>Null when nothing was sent. An empty value deletes its key.</summary>
    public Dictionary<string, string>? Metadata()
    {
        if (!Has("metadata")) return null;
        var group = Group("metadata");
        foreach (var (key, value) in group.values)
        {
            group.read.Add(key);
            if (key.Length > 40) throw StripeError.Invalid("Metadata keys can be at most 40 characters", param: group.NameOf(key));
            if (value is not string { Length: <= 500 })
                throw StripeError.Invalid("Metadata values can be at most 500 characters", param: group.NameOf(key));
        }
        if (group.values.Count > 50) throw StripeError.Invalid("Metadata can have at most 50 keys", param: "metadata");
        return group.values.ToDictionary(pair => pair.Key, pair => (string)pair.Value);
    }

    public void RefuseUnknown()
    {
        foreach (var (name, value) in values)
        {
            if (!read.Contains(name))
                throw StripeError.Invalid($"Received unknown parameter: {NameOf(name)}", "parameter_unknown", NameOf(name));
            (value as Parameters)?.RefuseUnknown();
        }
    }

    public StripeError Missing(string name) =>
        StripeError.Invalid($"Missing required param: {NameOf(name)}.", "parameter_missing", NameOf(name));

    string NameOf(string name) => path.Length == 0 ? name : $"{path}[{name}]";

    public static async ValueTask<Parameters> Of(HttpRequest request)
    {
        var query = request.Query.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? ""));
        if (!HttpMethods.IsPost(request.Method)) return Parse(query);
        if (!request.HasFormContentType)
            throw StripeError.Invalid($"Invalid content type: POST {request.GetEncodedPathAndQuery()} takes a form.");
        var form = await request.ReadFormAsync();
        return Parse(query.Concat(form.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? ""))));
    }
}
