using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Roost.Endpoints.Tests.Web;

/// <summary>Makes tokens of somebody's live session with the real key: exactly like Web's own, except for what a test is about.</summary>
sealed class Forge(Person of, byte[] secret, string keyId, string sessionId)
{
    public byte[] Secret => secret;

    public static async Task<Forge> For(Person person, Postgres.Database database) => new(
        person,
        (await database.Value<byte[]>("select secret from web.signing_keys"))!,
        $"{await database.Value<Guid>("select id from web.signing_keys")}",
        $"{await database.Value<Guid>($"select id from web.sessions where account_id = '{person.Id}'")}");

    public string Token(
        string alg = "HS256", string? kid = null, string iss = "roost", string? aud = "roost-api", string? sub = null, long? exp = null,
        Func<byte[], byte[]>? sign = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var audience = aud is null ? "" : $"\"aud\":\"{aud}\",";
        var head = Part($$"""{"alg":"{{alg}}","typ":"at+jwt","kid":"{{kid ?? keyId}}"}""");
        var body = Part(
            $$"""{"iss":"{{iss}}",{{audience}}"sub":"{{sub ?? of.Id.ToString()}}","sid":"{{sessionId}}","iat":{{now}},"exp":{{exp ?? now + 60}},"roles":["guest"]}""");
        var text = Encoding.ASCII.GetBytes($"{head}.{body}");
        return $"{head}.{body}.{Base64Url.EncodeToString((sign ?? (signed => HMACSHA256.HashData(secret, signed)))(text))}";

        static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }
}
