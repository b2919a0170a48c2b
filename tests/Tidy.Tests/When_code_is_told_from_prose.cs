namespace Roost.Tidy.Tests;

public sealed class When_code_is_told_from_prose
{
    [TestCase("a(); // DateTime.Now", "a(); ")]
    [TestCase("a(/* x \" y */);", "a();")]
    [TestCase("""x = "say \"double\""; y""", "x = ; y")]
    [TestCase("x = @\"a \"\"quoted\"\" \\\"; y", "x = ; y")]
    [TestCase("x = \"\"\"\n  \"double\"\n  \"\"\"; y", "x = \n\n; y")]
    [TestCase("c = '\"'; d = \"\"; e", "c = ; d = ; e")]
    public void Only_code_is_left(string source, string code) => Assert.That(Code.Only(source), Is.EqualTo(code));

    [TestCase("x = $\"at {a}, not {{b}} \\\"\"; y", "x = ${a}; y")]
    [TestCase("x = $\"\"; y", "x = $; y")]
    [TestCase("x = $@\"\"\"{a}\\\"; y", "x = ${a}; y")]
    [TestCase("x = $\"{a:0.00}{b ? c : 1}\"; y", "x = ${a}{b ? c }; y")]
    [TestCase("x = $\"{(b ? \"{c}\" : d[1]),5:N}\"; y", "x = ${(b ?  : d[1]),5}; y")]
    [TestCase("x = $\"{f($\"{a} in\")} out\"; y", "x = ${f(${a})}; y")]
    [TestCase("x = $\"\"\"\n  {a} \"b\"\n  \"\"\"; y", "x = $\n{a}\n; y")]
    [TestCase("x = $$\"\"\"{ \"b\": {{a}} }\"\"\"; y", "x = ${a}; y")]
    [TestCase("x = $$\"\"\"{{{a}}}\"\"\"; y", "x = ${a}; y")]
    public void What_fills_the_holes_of_a_string_is_code(string source, string code) => Assert.That(Code.Only(source), Is.EqualTo(code));
}
