using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Roost.Platform;

/// <summary>
/// Reads settings so that a missing or wrong one stops the start with a line that names its key; values are not repeated, they may be secrets.
/// Key "Stripe:Url" is ROOST__STRIPE__URL in the environment; ROOST__RESERVATION__STRIPE__URL is the same for one endpoint only, and wins.
/// </summary>
public sealed class Settings(IConfiguration configuration, string endpoint)
{
    readonly string shortName = endpoint[(endpoint.LastIndexOf('.') + 1)..];

    public string? Optional(string key) => Own(key) ?? Filled(configuration[$"Roost:{key}"]);

    public string Required(string key) =>
        Optional(key) ?? throw new CannotStart($"{Name(key)} is missing");

    /// <summary>Goes into a header as it is. A line break, as a secret read from a file has it, would first show in every call that fails.</summary>
    public string RequiredToken(string key) =>
        Required(key) is var text && text.All(c => c is > ' ' and <= '~') ? text : throw Wrong(key, "one line of ASCII characters without blanks");

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

    /// <summary>Where to listen. Of any other host name the web server would take the port alone, and listen to the whole network.</summary>
    public Uri? OptionalAddress(string key)
    {
        if (OptionalUri(key, "http") is not { } uri) return null;
        var isAddress = (IPAddress.TryParse(uri.Host, out _) || uri.IsLoopback) && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" };
        return isAddress ? uri : throw Wrong(key, "http, an address of this machine and a port, as in http://127.0.0.1:8080");
    }

    public CannotStart Wrong(string key, string mustBe, Exception? cause = null) => new($"{Name(key)} is wrong: it must be {mustBe}", cause);

    /// <summary>As it stands in the environment, and as the one that counts when there are two.</summary>
    public string Name(string key) =>
        $"ROOST__{(Own(key) is null ? "" : $"{shortName}__")}{key.Replace(":", "__", StringComparison.Ordinal)}".ToUpperInvariant();

    string? Own(string key) => Filled(configuration[$"Roost:{shortName}:{key}"]);

    static string? Filled(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
