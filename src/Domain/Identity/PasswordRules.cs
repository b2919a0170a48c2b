namespace Roost.Domain.Identity;

/// <summary>
/// Length and being hard to guess, not character classes: those make people write "Password1!". The most common passwords, the
/// person's own address and repetition are refused.
/// </summary>
public static class PasswordRules
{
    public const int Shortest = 10;

    /// <summary>Longer ones only cost hashing time.</summary>
    public const int Longest = 128;

    const int FewestDifferentCharacters = 5;

    // Stems that survive the digits, capitals and signs people add to reach the length.
    static readonly string[] Common =
    [
        "password", "passwort", "qwerty", "qwertz", "azerty", "iloveyou", "letmein", "welcome", "football", "baseball", "superman",
        "princess", "sunshine", "dragon", "monkey", "master", "shadow", "trustno", "admin", "abcdef", "changeme", "secret",
    ];

    public static IReadOnlyList<Refusal> Refusals(string password, string? email = null) => [.. Each(password, email)];

    static IEnumerable<Refusal> Each(string password, string? email)
    {
        if (password.Length < Shortest) yield return new("password", "too_short", $"At least {Shortest} characters.");
        if (password.Length > Longest) yield return new("password", "too_long", $"At most {Longest} characters.");
        if (password.Distinct().Count() < FewestDifferentCharacters) yield return new("password", "repetitive", "Too few different characters.");
        if (IsSequence(password)) yield return new("password", "sequence", "Characters in a row are guessed first.");
        if (RestWithoutCommon(password) < Shortest / 2) yield return new("password", "common", "One of the passwords everybody tries first.");

        var name = email?.Split('@')[0];
        if (name is { Length: >= 4 } && password.Contains(name, StringComparison.OrdinalIgnoreCase))
            yield return new("password", "contains_email", "It contains your e-mail address.");
    }

    static bool IsSequence(string password) =>
        password.Length > 1 && password.Zip(password.Skip(1), (left, right) => right - left).Distinct().Count() == 1;

    /// <summary>Letters left when common stems are taken out: "Password-2027!" has none, a passphrase keeps most.</summary>
    static int RestWithoutCommon(string password)
    {
        var stem = Common.FirstOrDefault(common => password.Contains(common, StringComparison.OrdinalIgnoreCase));
        if (stem is null) return password.Length;
        return password.Replace(stem, "", StringComparison.OrdinalIgnoreCase).Count(char.IsLetter);
    }
}
