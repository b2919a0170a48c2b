using System.Globalization;

namespace Roost.Servers;

/// <summary>The servers a test may use are given from outside (ops/test sets the variables); no test guesses an address.</summary>
public static class Given
{
    public static string? Value(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    /// <summary>How much of something, where the default is a compromise with the time it takes.</summary>
    public static int? Number(string variable) => Value(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static string Require(string variable) =>
        Value(variable) ?? throw Missing($"{variable} is not set: start the tests with ops/test, or set it to a server of your own");

    /// <summary>A laptop without servers skips; where servers were promised, a missing one is a failure and never a silent skip.</summary>
    public static Exception Missing(string what) =>
        ServersArePromised ? new AssertionException(what) : new IgnoreException(what);

    static bool ServersArePromised =>
        Value("ROOST_TEST_SERVERS") == "private" || string.Equals(Value("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Lower case, short, and different each time: good for databases, vhosts and index prefixes.</summary>
    public static string UniqueName(string name)
    {
        var letters = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_').Take(30)]);
        return $"t_{letters}_{Guid.NewGuid().ToString("N")[..10]}";
    }
}
