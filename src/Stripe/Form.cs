using System.Globalization;

namespace Roost.Stripe;

/// <summary>Parameters in Stripe's flattened form, in the order in which they were added. What is null is not sent.</summary>
public sealed class Form
{
    readonly List<string> pairs = [];

    public Form Add(string name, string? value)
    {
        if (value is not null) pairs.Add($"{Escape(name)}={Uri.EscapeDataString(value)}");
        return this;
    }

    public Form Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public Form Add(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Add($"metadata[{key}]", value);
        return this;
    }

    public override string ToString() => string.Join('&', pairs);

    static string Escape(string name) => Uri.EscapeDataString(name).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal);
}
