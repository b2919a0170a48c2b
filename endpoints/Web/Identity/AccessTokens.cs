using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Roost.Web.Identity;

/// <summary>
/// A JSON Web Token, HS256 and nothing else: the algorithm is ours to know, what the token says of it is only compared. Instants are whole
/// seconds, and there is no leeway: the issuer's clock is the reader's (P-113).
/// </summary>
public sealed class AccessTokens(SigningKeys keys, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    const string Algorithm = "HS256";
    const string Type = "at+jwt";
    const string Issuer = "roost";
    const string Audience = "roost-api";
    const int Longest = 2048;

    public sealed record Content(Guid UserId, Guid SessionId);

    public async Task<string> Issue(Guid userId, Guid sessionId, IEnumerable<string> roles, CancellationToken ct)
    {
        var key = await keys.ToSign(ct);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var header = Part(new Header(Algorithm, Type, key.Id));
        var claims = Part(new Claims(Issuer, Audience, userId, sessionId, now, now + (long)Lifetime.TotalSeconds, [.. roles]));
        return $"{header}.{claims}.{Base64Url.EncodeToString(Sign(key, $"{header}.{claims}"))}";
    }

    /// <summary>Null whatever is wrong with it; nobody is helped by knowing what.</summary>
    public async ValueTask<Content?> Read(string token, CancellationToken ct)
    {
        if (token.Length > Longest || token.Split('.') is not [var header, var claims, var signature]) return null;
        if (Read<Header>(header) is not { Alg: Algorithm, Typ: Type } said) return null;
        if (await keys.Find(said.Kid, ct) is not { } key || !IsSigned(key, $"{header}.{claims}", signature)) return null;
        if (Read<Claims>(claims) is not { Iss: Issuer, Aud: Audience } content) return null;

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        // The upper end too: milliseconds for seconds would make a token for ever.
        var isAlive = content.Exp > now && content.Exp <= now + (long)Lifetime.TotalSeconds;
        return isAlive ? new(content.Sub, content.Sid) : null;
    }

    static bool IsSigned(SigningKeys.Key key, string text, string signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Base64Url.IsValid(signature, out var length) && length == given.Length
            && Base64Url.TryDecodeFromChars(signature, given, out _)
            && CryptographicOperations.FixedTimeEquals(given, Sign(key, text));
    }

    static byte[] Sign(SigningKeys.Key key, string text) => HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(text));

    static string Part<T>(T content) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content, json));

    static T? Read<T>(string part) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(part), json);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    sealed record Header(string Alg, string Typ, Guid Kid);

    sealed record Claims(string Iss, string Aud, Guid Sub, Guid Sid, long Iat, long Exp, string[] Roles);
}
