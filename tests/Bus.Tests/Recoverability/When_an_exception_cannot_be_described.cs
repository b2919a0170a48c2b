using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>P-70: an exception is other people's code. Whatever it does when it is asked what happened, the message goes to the error queue.</summary>
public sealed class When_an_exception_cannot_be_described
{
    static readonly Dictionary<string, Exception> Cases = new()
    {
        ["data is null"] = new Mute { NoData = true },
        ["data throws"] = new Mute { DataThrows = true },
        ["message throws"] = new Mute { MessageThrows = true },
        ["text throws"] = new Mute { TextThrows = true },
        ["stack trace throws"] = new Mute { TextThrows = true, StackTraceThrows = true },
        ["source throws"] = new Mute { SourceThrows = true },
        ["help link throws"] = new Mute { HelpLinkThrows = true },
        ["a value of its data throws"] = new Mute { Data = { ["evil"] = new Evil() } },
        ["everything throws"] = new Mute
        {
            DataThrows = true, MessageThrows = true, TextThrows = true, StackTraceThrows = true, SourceThrows = true, HelpLinkThrows = true,
        },
    };

    public static IEnumerable<string> Situations => Cases.Keys;

    [TestCaseSource(nameof(Situations))]
    public async Task It_goes_to_the_error_queue_with_what_can_be_said(string situation)
    {
        await using var workshop = await Open(retries: 0);

        var settlement = await workshop.Deliver($$"""{"Situation":"{{situation}}"}""", typeof(Order));

        var copy = workshop.Sent.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((settlement, copy.Destination), Is.EqualTo((Settlement.Done, "error")));
            Assert.That(copy.Headers["NServiceBus.ExceptionInfo.ExceptionType"], Is.EqualTo(typeof(Mute).FullName));
            Assert.That(copy.Headers["NServiceBus.ExceptionInfo.Data.Handler type"], Is.EqualTo(typeof(Throwing).FullName));
            Assert.That(copy.Headers["NServiceBus.ExceptionInfo.Message"], Is.EqualTo("mute").Or.Contains("asking throws"));
        }
    }

    [TestCaseSource(nameof(Situations))]
    public async Task It_is_tried_again_first(string situation)
    {
        await using var workshop = await Open(retries: 1);
        var (body, headers) = ($$"""{"Situation":"{{situation}}"}""", new Dictionary<string, string> { ["NServiceBus.MessageId"] = "again" });

        var settlements = new[] { await workshop.Deliver(body, typeof(Order), headers), await workshop.Deliver(body, typeof(Order), headers, attempt: 2) };

        Assert.That(settlements, Is.EqualTo(new[] { Settlement.Requeue, Settlement.Done }));
        Assert.That(workshop.Sent.Single().Headers["NServiceBus.Retries"], Is.EqualTo("1"));
    }

    /// <summary>One exception, made once and thrown for every message: none of them is told of under the name of another.</summary>
    [Test]
    public async Task One_that_many_messages_share_mixes_nothing_up()
    {
        await using var workshop = await Open(retries: 0);
        string[] ids = [.. Enumerable.Range(0, 200).Select(number => $"id-{number}")];

        await Parallel.ForEachAsync(ids, async (id, _) =>
            await workshop.Deliver("""{"Situation":"shared"}""", typeof(Order), new() { ["NServiceBus.MessageId"] = id }));

        Assert.That(workshop.Sent.Select(copy => copy.MessageId), Is.EquivalentTo(ids));
        Assert.That(
            workshop.Sent.Select(copy => copy.Headers["NServiceBus.ExceptionInfo.Data.Message ID"]), Is.EqualTo(workshop.Sent.Select(copy => copy.MessageId)));
        Assert.That(Throwing.Shared.Data, Is.Empty, "it is not ours to write into");
    }

    static Task<Workshop> Open(int retries) => Workshop.Open((endpoint, _) =>
    {
        endpoint.AddHandler<Throwing>();
        endpoint.Recoverability()
            .Immediate(immediate => immediate.NumberOfRetries(retries)).Delayed(delayed => delayed.NumberOfRetries(retries));
    }, services => services.AddLogging(logging => logging.AddProvider(new TestLog())));

    public sealed record Order(string Situation) : ICommand;

    public sealed class Throwing : IHandleMessages<Order>
    {
        public static readonly Exception Shared = new InvalidOperationException("the same for all");

        public Task Handle(Order message, IMessageHandlerContext context) => throw Cases.GetValueOrDefault(message.Situation, Shared);
    }

    sealed class Mute : Exception
    {
        readonly Hashtable data = [];

        public bool NoData, DataThrows, MessageThrows, TextThrows, StackTraceThrows, SourceThrows, HelpLinkThrows;

        public override IDictionary Data => DataThrows ? throw new NotSupportedException("data") : NoData ? null! : data;
        public override string Message => MessageThrows ? throw new NotSupportedException("message") : "mute";
        public override string? StackTrace => StackTraceThrows ? throw new NotSupportedException("stack trace") : base.StackTrace;

        public override string? Source
        {
            get => SourceThrows ? throw new NotSupportedException("source") : base.Source;
            set => base.Source = value;
        }

        public override string? HelpLink
        {
            get => HelpLinkThrows ? throw new NotSupportedException("help link") : base.HelpLink;
            set => base.HelpLink = value;
        }

        public override string ToString() => TextThrows ? throw new NotSupportedException("text") : base.ToString();
    }

    sealed class Evil
    {
        public override string ToString() => throw new NotSupportedException("value");
    }
}
