using System.Globalization;

namespace Roost.Domain.Identity;

/// <summary>
/// One spelling per mailbox, so that an address is one account. Letters are lower-cased, international domains become their
/// ASCII form. Dots and +tags stay: only the mailbox's owner knows whether they mean something.
/// </summary>
public static class EmailAddress
{
    const int Longest = 254;
    const int LongestLocalPart = 64;
    const string LocalPunctuation = ".!#$%&'*+-/=?^_`{|}~";

    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Null: not an address that mail can be sent to.</summary>
    public static string? Normalize(string? written)
    {
        var text = written?.Trim() ?? "";
        var at = text.LastIndexOf('@');
        if (at < 1 || at == text.Length - 1) return null;

        var local = text[..at];
        if (!IsLocalPart(local) || Domain(text[(at + 1)..]) is not { } domain) return null;

        var address = $"{local.ToLowerInvariant()}@{domain}";
        return address.Length <= Longest ? address : null;
    }

    // ASCII only: letters that look alike would make two accounts of what people read as one address.
    static bool IsLocalPart(string local) =>
        local.Length <= LongestLocalPart
        && local.All(letter => char.IsAsciiLetterOrDigit(letter) || LocalPunctuation.Contains(letter))
        && !local.StartsWith('.') && !local.EndsWith('.') && !local.Contains("..");

    static string? Domain(string domain)
    {
        try
        {
            var ascii = Idn.GetAscii(domain.ToLowerInvariant());
            return ascii.Contains('.') && !ascii.EndsWith('.') && ascii.Split('.').All(IsLabel) ? ascii : null;
        }
        catch (ArgumentException) // how IdnMapping says no
        {
            return null;
        }
    }

    static bool IsLabel(string label) =>
        label.Length is >= 1 and <= 63
        && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
        && !label.StartsWith('-') && !label.EndsWith('-');
}
