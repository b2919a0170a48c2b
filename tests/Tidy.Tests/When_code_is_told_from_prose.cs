namespace Roost.Tidy.Tests;

public sealed class When_code_is_told_from_prose
{
    [TestCase("a(); // DateTime.Now", "a(); ")]
    [TestCase("a(/* x \" y */);", "a();")]
    [TestCase("""x = "say \"double\""; y""", "x = ; y")]
    [TestCase("x = @\"a \"\"quoted\"\" \\\"; y", "x = ; y")]
    [TestCase("x = $\"{a}\"; y", "x = $; y")]
    [TestCase("x = \"\"\"\n  \"double\"\n  \"\"\"; y", "x = \n\n; y")]
    [TestCase("c = '\"'; d = \"\"; e", "c = ; d = ; e")]
    public void Only_code_is_left(string source, string code) => Assert.That(Code.Only(source), Is.EqualTo(code));
}
