using Roost.Platform.Logging;

namespace Roost.Platform.Tests.Logging;

public sealed class When_a_line_looks_personal
{
    [TestCase("mail to jane.doe+x@mail.example.com failed", "mail to [email] failed")]
    [TestCase("call +1 (415) 555-0134 now", "call [phone] now")]
    [TestCase("call +4917155501234", "call [phone]")]
    [TestCase("card 4242424242424242 declined", "card [card] declined")]
    [TestCase("card 4000-0566-5566-5556", "card [card]")]
    public void It_is_taken_out(string line, string discreet) => Assert.That(DiscreetFormatter.Discreet(line), Is.EqualTo(discreet));

    [TestCase("2026-11-21T08:52:35.1505458+00:00")]
    [TestCase("638993155551505458 ticks")]
    [TestCase("4242424242424241 is no card: its check digit is wrong")]
    [TestCase("01a1fd50-7782-7558-a692-475cc701ac9b")]
    [TestCase("took +12 ms @ 15:00")]
    [TestCase("TraceId af3e42d667345dae3af97054afb4242424242424242")]
    public void What_only_resembles_it_stays(string line) => Assert.That(DiscreetFormatter.Discreet(line), Is.EqualTo(line));

    [TestCase("request-1_a.B", "request-1_a.B")]
    public void A_request_id_is_taken_over(string offered, string taken) => Assert.That(RequestId.Accept(offered), Is.EqualTo(taken));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("jane@example.com")]
    [TestCase("two words")]
    [TestCase("line\nbreak")]
    public void A_request_id_that_could_say_more_is_replaced(string? offered) =>
        Assert.That(Guid.TryParse(RequestId.Accept(offered), out _), RequestId.Accept(offered));

    [Test]
    public void An_endless_request_id_is_replaced() => Assert.That(RequestId.Accept(new string('a', 129)), Has.Length.EqualTo(36));
}
