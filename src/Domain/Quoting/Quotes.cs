using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Roost.Domain.Quoting;

/// <summary>
/// Makes quotes binding. The signature covers the whole quote as JSON in its declared order, so that a field added tomorrow is
/// signed without anybody remembering to. Keys come from outside; several verify, so that they can be rotated.
/// </summary>
public static class Quotes
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    // Changes when the same quote would be written differently: older ones are then refused instead of misread.
    static readonly byte[] Form = Encoding.UTF8.GetBytes("roost-quote-1\n");

    public static string Sign(Quote quote, byte[] key) => Convert.ToBase64String(Mac(quote, key));

    public static bool IsGenuine(Quote quote, string signature, params IEnumerable<byte[]> keys)
    {
        var claimed = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(signature, claimed, out var length)
            && length == claimed.Length
            && keys.Any(key => CryptographicOperations.FixedTimeEquals(claimed, Mac(quote, key)));
    }

    /// <summary>
    /// Why this person cannot book with this quote now. The dates, guests and price of the booking are the quote's own; a
    /// client has no way to say others.
    /// </summary>
    public static Refusal? Refusal(Quote quote, string signature, Guid caller, DateTimeOffset now, params IEnumerable<byte[]> keys)
    {
        if (!IsGenuine(quote, signature, keys)) return new("quoteId", "quote_invalid", "This is not what was quoted.");
        if (quote.GuestId != caller) return new("quoteId", "quote_not_yours", "This quote was made for somebody else.");
        return now >= quote.ExpiresAt ? new("quoteId", "quote_expired", "The price was held for 15 minutes.") : null;
    }

    static byte[] Mac(Quote quote, byte[] key)
    {
        if (key.Length < 32) throw new ArgumentException("A quote key has at least 32 bytes.", nameof(key));
        byte[] signed = [.. Form, .. JsonSerializer.SerializeToUtf8Bytes(quote)];
        return HMACSHA256.HashData(key, signed);
    }
}
