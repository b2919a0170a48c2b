using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Roost.Endpoints.Tests.Web;

/// <summary>P-113. Signed with the real key wherever that makes the forgery better.</summary>
public sealed class When_a_token_is_not_ours
{
    static TestWeb Web => TheWeb.Running;

    Person guest = null!;
    byte[] secret = [];
    string keyId = "", sessionId = "";

    [OneTimeSetUp]
    public async Task Somebody_has_the_key()
    {
        guest = await Web.Somebody();
        secret = (await Web.Database.Value<byte[]>("select secret from web.signing_keys"))!;
        keyId = (await Web.Database.Value<Guid>("select id from web.signing_keys")).ToString();
        sessionId = (await Web.Database.Value<Guid>($"select id from web.sessions where account_id = '{guest.Id}'")).ToString();
    }

    /// <summary>Otherwise the refusals below would prove nothing.</summary>
    [Test]
    public async Task One_made_exactly_like_ours_is_taken() => Assert.That(await Status(Token()), Is.EqualTo(200));

    [Test]
    public async Task One_without_a_signature_is_refused()
    {
        string[] forged =
        [
            Token(alg: "none", sign: _ => []), Token(alg: "None"), Token(sign: _ => []), Token(sign: _ => new byte[32]),
            Token(sign: text => HMACSHA256.HashData(Encoding.ASCII.GetBytes("guessed"), text)),
        ];
        foreach (var token in forged) Assert.That(await Status(token), Is.EqualTo(401), token);
    }

    [Test]
    public async Task One_of_another_algorithm_is_refused()
    {
        Assert.That(await Status(Token(alg: "HS512", sign: text => HMACSHA512.HashData(secret, text))), Is.EqualTo(401));
        Assert.That(await Status(Token(alg: "RS256")), Is.EqualTo(401));
    }

    [TestCase("exp in milliseconds")]
    [TestCase("expired by a second")]
    [TestCase("valid for ever")]
    public async Task One_of_another_time_is_refused(string why)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var exp = why switch { "exp in milliseconds" => (now + 600) * 1000, "expired by a second" => now - 1, _ => now + 86400 * 365 };

        Assert.That(await Status(Token(exp: exp)), Is.EqualTo(401));
    }

    [Test]
    public async Task One_for_somebody_else_or_by_somebody_else_is_refused()
    {
        Assert.That(await Status(Token(aud: "another-api")), Is.EqualTo(401), "another audience");
        Assert.That(await Status(Token(aud: null)), Is.EqualTo(401), "no audience");
        Assert.That(await Status(Token(iss: "elsewhere")), Is.EqualTo(401), "another issuer");
        Assert.That(await Status(Token(sub: Guid.NewGuid().ToString())), Is.EqualTo(401), "another user's session");
        Assert.That(await Status(Token(kid: Guid.NewGuid().ToString())), Is.EqualTo(401), "another key");
    }

    [Test]
    public async Task One_that_was_changed_is_refused()
    {
        var parts = Token().Split('.');
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("\"guest\"", "\"admin\"");

        Assert.That(await Status($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.{parts[2]}"), Is.EqualTo(401));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("a.b.c")]
    [TestCase("..")]
    [TestCase("e30.e30.e30")]
    [TestCase("bnVsbA.bnVsbA.bnVsbA")]
    public async Task Nonsense_is_refused(string token) => Assert.That(await Status(token), Is.EqualTo(401));

    async Task<int> Status(string token) => (await guest.AsksWith(token, "auth/me")).Status;

    string Token(
        string alg = "HS256", string? kid = null, string iss = "roost", string? aud = "roost-api", string? sub = null, long? exp = null,
        Func<byte[], byte[]>? sign = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var audience = aud is null ? "" : $"\"aud\":\"{aud}\",";
        var head = Part($$"""{"alg":"{{alg}}","typ":"at+jwt","kid":"{{kid ?? keyId}}"}""");
        var body = Part(
            $$"""{"iss":"{{iss}}",{{audience}}"sub":"{{sub ?? guest.Id.ToString()}}","sid":"{{sessionId}}","iat":{{now}},"exp":{{exp ?? now + 60}},"roles":["guest"]}""");
        var text = Encoding.ASCII.GetBytes($"{head}.{body}");
        return $"{head}.{body}.{Base64Url.EncodeToString((sign ?? (signed => HMACSHA256.HashData(secret, signed)))(text))}";

        static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }
}
