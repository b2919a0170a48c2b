using Roost.Domain.Identity;

namespace Roost.Domain.Tests.Identity;

public sealed class When_a_confirmation_code_is_read_out
{
    [Test]
    public void No_two_letters_look_alike() =>
        Assert.That(ConfirmationCode.Alphabet, Has.Length.EqualTo(32).And.Unique.And.Not.Matches("[ILOU]"));

    [TestCase("7k3-0mx", "7K30MX")]
    [TestCase(" 7K3 OMX ", "7K30MX")]
    [TestCase("iloilo", "110110")]
    [TestCase("7K30M", null)]
    [TestCase("7K30MXX", null)]
    [TestCase("7K30MU", null)]
    [TestCase(null, null)]
    public void Small_mistakes_are_forgiven(string? typed, string? expected) => Assert.That(ConfirmationCode.Parse(typed), Is.EqualTo(expected));

    [Test]
    public void Every_code_can_be_typed_back() =>
        Always.Holds(Some.Number(0, 255).ArrayOf(ConfirmationCode.RandomBytes), bytes =>
        {
            var code = ConfirmationCode.Of([.. bytes.Select(value => (byte)value)]);

            Assert.That(code, Has.Length.EqualTo(ConfirmationCode.Length));
            Assert.That(ConfirmationCode.Parse(code.ToLowerInvariant()), Is.EqualTo(code));
        });

    [Test] // five bits a letter: no letter can be likelier than another
    public void Every_place_shows_every_letter()
    {
        var seen = Enumerable.Range(0, ConfirmationCode.Length).Select(_ => new HashSet<char>()).ToList();
        for (var place = 0; place < ConfirmationCode.Length; place++)
        for (uint letter = 0; letter < 32; letter++)
        {
            var bytes = BitConverter.GetBytes(letter << (5 * place));
            Array.Reverse(bytes);
            seen[place].Add(ConfirmationCode.Of(bytes)[place]);
        }
        Assert.That(seen.Select(letters => letters.Count), Is.All.EqualTo(32));
    }
}
