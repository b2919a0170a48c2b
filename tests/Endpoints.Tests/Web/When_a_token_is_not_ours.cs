using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Roost.Endpoints.Tests.Web;

/// <summary>P-113. Signed with the real key wherever that makes the forgery better.</summary>
public sealed class When_a_token_is_not_ours
{
    static TestWeb Web => TheWeb.Running;

    Person guest = null!;
    Forge forge = null!;

    [OneTimeSetUp]
    public async Task Somebody_has_the_key()
    {
        guest = await Web.Somebody();
        forge = await Forge.For(guest, Web.Database);
    }

    /// <summary>Otherwise the refusals below would prove nothing.</summary>
    [Test]
    public async Task One_made_exactly_like_ours_is_taken() => Assert.That(await Status(forge.Token()), Is.EqualTo(200));

    [Test]
    public async Task One_without_a_signature_is_refused()
    {
        string[] forged =
        [
            forge.Token(alg: "none", sign: _ => []), forge.Token(alg: "None"), forge.Token(sign: _ => []), forge.Token(sign: _ => new byte[32]),
            forge.Token(sign: text => HMACSHA256.HashData(Encoding.ASCII.GetBytes("guessed"), text)),
        ];
        foreach (var token in forged) Assert.That(await Status(token), Is.EqualTo(401), token);
    }

    [Test]
    public async Task One_of_another_algorithm_is_refused()
    {
        Assert.That(await Status(forge.Token(alg: "HS512", sign: text => HMACSHA512.HashData(forge.Secret, text))), Is.EqualTo(401));
        Assert.That(await Status(forge.Token(alg: "RS256")), Is.EqualTo(401));
    }

    [TestCase("exp in milliseconds")]
    [TestCase("expired by a second")]
    [TestCase("valid for ever")]
    public async Task One_of_another_time_is_refused(string why)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var exp = why switch { "exp in milliseconds" => (now + 600) * 1000, "expired by a second" => now - 1, _ => now + 86400 * 365 };

        Assert.That(await Status(forge.Token(exp: exp)), Is.EqualTo(401));
    }

    [Test]
    public async Task One_for_somebody_else_or_by_somebody_else_is_refused()
    {
        Assert.That(await Status(forge.Token(aud: "another-api")), Is.EqualTo(401), "another audience");
        Assert.That(await Status(forge.Token(aud: null)), Is.EqualTo(401), "no audience");
        Assert.That(await Status(forge.Token(iss: "elsewhere")), Is.EqualTo(401), "another issuer");
        Assert.That(await Status(forge.Token(sub: Guid.NewGuid().ToString())), Is.EqualTo(401), "another user's session");
        Assert.That(await Status(forge.Token(kid: Guid.NewGuid().ToString())), Is.EqualTo(401), "another key");
    }

    [Test]
    public async Task One_that_was_changed_is_refused()
    {
        var parts = forge.Token().Split('.');
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
}
