using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Roost.Platform;

/// <summary>
/// Reads settings so that a missing or wrong one stops the start with a line that names its key; values are not repeated, they may be secrets.
/// Key "Stripe:Url" is ROOST__STRIPE__URL in the environment; ROOST__RESERVATION__STRIPE__URL is the same for one endpoint only, and wins.
/// </summary>
public sealed class Settings(IConfiguration configuration, string endpoint)
{
    readonly string shortName = endpoint[(endpoint.LastIndexOf('.') + 1)..];

    public string? Optional(string key) =>
        Filled(configuration[$"Roost:{shortName}:{key}"]) ?? Filled(configuration[$"Roost:{key}"]);

    public string Required(string key) =>
        Optional(key) ?? throw new CannotStart($"{Name(key)} is missing");

    public Uri? OptionalUri(string key, params ReadOnlySpan<string> schemes)
    {
        if (Optional(key) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0) return uri;
        throw Wrong(key, $"a URI that begins with {string.Join(" or ", schemes.ToArray())}");
    }

    public Uri RequiredUri(string key, params ReadOnlySpan<string> schemes) =>
        OptionalUri(key, schemes) ?? throw new CannotStart($"{Name(key)} is missing");

    public int Number(string key, int otherwise, int min, int max)
    {
        if (Optional(key) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        throw Wrong(key, $"a whole number from {min} to {max}");
    }

    public bool Flag(string key, bool otherwise = false)
    {
        if (Optional(key) is not { } text) return otherwise;
        return bool.TryParse(text, out var flag) ? flag : throw Wrong(key, "true or false");
    }

    public static CannotStart Wrong(string key, string mustBe, Exception? cause = null) => new($"{Name(key)} is wrong: it must be {mustBe}", cause);

    public static string Name(string key) => "ROOST__" + key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();

    static string? Filled(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
