using Roost.Domain.Identity;

namespace Roost.Domain.Tests.Identity;

public sealed class When_somebody_signs_up
{
    [TestCase(" Ada.Lovelace@Example.COM ", "ada.lovelace@example.com")]
    [TestCase("ada+roost@example.com", "ada+roost@example.com")]
    [TestCase("ada@münchen.example", "ada@xn--mnchen-3ya.example")]
    [TestCase("ADA@MÜNCHEN.example", "ada@xn--mnchen-3ya.example")]
    [TestCase("o'hara@mail.example.co.uk", "o'hara@mail.example.co.uk")]
    public void One_mailbox_has_one_spelling(string written, string expected)
    {
        Assert.That(EmailAddress.Normalize(written), Is.EqualTo(expected));
        Assert.That(EmailAddress.Normalize(expected), Is.EqualTo(expected), "it stays as it is");
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("@example.com")]
    [TestCase("ada@")]
    [TestCase("ada")]
    [TestCase("ada@localhost")]
    [TestCase("ada@example.com.")]
    [TestCase("ada@-example.com")]
    [TestCase("ada@exa mple.com")]
    [TestCase("ada lovelace@example.com")]
    [TestCase("ada@b@example.com")]
    [TestCase(".ada@example.com")]
    [TestCase("a..da@example.com")]
    [TestCase("ada\r\nbcc:x@example.com")]
    [TestCase("аda@example.com", TestName = "a Cyrillic letter that looks like an a")]
    public void What_is_no_address_is_refused(string? written) => Assert.That(EmailAddress.Normalize(written), Is.Null);

    [Test]
    public void An_address_has_an_end() => Assert.That(EmailAddress.Normalize("a@" + string.Join('.', Enumerable.Repeat("example", 40))), Is.Null);

    [TestCase("Demo-Pass-2027!", "")]
    [TestCase("correct horse battery staple", "")]
    [TestCase("my dragon sleeps over the hill", "")]
    [TestCase("Tr0ub4dor", "too_short")]
    [TestCase("aaaaaaaaaaaa", "repetitive, sequence")]
    [TestCase("0123456789", "sequence")]
    [TestCase("Password-2027!", "common")]
    [TestCase("QWERTY123456", "common")]
    [TestCase("ada.lovelace99", "contains_email")]
    [TestCase("", "too_short, repetitive, common")]
    public void A_password_must_be_hard_to_guess(string password, string expected) =>
        Assert.That(string.Join(", ", PasswordRules.Refusals(password, "ada.lovelace@example.com").Select(refusal => refusal.Code)), Is.EqualTo(expected));

    [Test]
    public void A_password_has_an_end() =>
        Assert.That(PasswordRules.Refusals(string.Concat(Enumerable.Repeat("long enough ", 20))).Single().Code, Is.EqualTo("too_long"));
}
