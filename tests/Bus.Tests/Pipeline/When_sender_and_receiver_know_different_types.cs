using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Pipeline.Messages;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>P-72: sender and receiver are released at different times; the full name of a type is what they share.</summary>
public sealed class When_sender_and_receiver_know_different_types
{
    readonly List<object> seen = [];
    Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task A_receiver() => workshop = await Workshop.Open((endpoint, _) =>
    {
        endpoint.AddHandler<SeesInterfaces>();
        endpoint.AddHandler<SeesClasses>();
        endpoint.AddHandler<SeesNotes>();
    }, services => services.AddSingleton(seen));

    [OneTimeTearDown]
    public async Task End() => await workshop.DisposeAsync();

    [SetUp]
    public void Nothing_seen() => seen.Clear();

    [Test]
    public async Task Assembly_and_version_may_differ()
    {
        await workshop.Deliver(
            """{"Name":"moved"}""", null,
            Types($"{typeof(Known).FullName}, Somewhere.Else, Version=9.9.9.9, Culture=neutral, PublicKeyToken=null"));

        Assert.That(seen, Is.EqualTo(new object[] { new Known("moved") }));
    }

    /// <summary>Some systems begin every text with it; it is no part of the JSON.</summary>
    [Test]
    public async Task A_byte_order_mark_may_precede_the_body()
    {
        await workshop.Deliver("\uFEFF" + """{"Name":"marked"}""", typeof(Known));

        Assert.That(seen, Is.EqualTo(new object[] { new Known("marked") }));
    }

    [Test]
    public async Task A_receiver_of_an_interface_need_not_know_the_class()
    {
        await workshop.Deliver("""{"Name":"unknown class"}""", null, Types($"Sender.Only, Sender;{typeof(INamed).AssemblyQualifiedName}"));

        Assert.That(seen.OfType<INamed>().Select(message => message.Name), Is.EqualTo(new[] { "unknown class" }));
    }

    [Test]
    public async Task Two_interfaces_may_have_one_name_in_different_classes()
    {
        await workshop.Deliver("""{"Text":"arrived"}""", typeof(Arrival.INote));
        await workshop.Deliver("""{"Text":"left"}""", typeof(Departure.INote));

        Assert.That(seen, Is.EqualTo(new object[] { "of the arrival: arrived", "of the departure: left" }));
    }

    [Test]
    public async Task Base_types_in_the_list_do_not_make_a_second_message()
    {
        await workshop.Deliver(
            """{"Name":"once"}""", null, Types($"{typeof(Known).AssemblyQualifiedName};{typeof(KnownBase).AssemblyQualifiedName}"));

        Assert.That(seen, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Unrelated_types_are_messages_of_their_own_from_one_body()
    {
        await workshop.Deliver(
            """{"Name":"both"}""", null, Types($"{typeof(Known).AssemblyQualifiedName};{typeof(Other).AssemblyQualifiedName}"));

        Assert.That(seen, Is.EqualTo(new object[] { new Known("both"), new Other("both") }));
    }

    [Test]
    public async Task A_new_property_of_the_sender_is_ignored_and_a_missing_one_has_its_default()
    {
        await workshop.Deliver("""{"Added":"later"}""", typeof(Known));

        Assert.That(seen, Is.EqualTo(new object[] { new Known(null!) }));
    }

    [Test]
    public async Task A_type_that_is_no_message_is_never_created()
    {
        var settlement = await workshop.Deliver(
            "{}", null, Types($"{typeof(List<string>).AssemblyQualifiedName};{typeof(NoMessage).AssemblyQualifiedName}"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(settlement, Is.EqualTo(Settlement.Done), "moved to the error queue, not retried");
            Assert.That(workshop.Sent[^1].Destination, Is.EqualTo("error"));
        }
    }

    [Test]
    public async Task A_class_that_only_the_runtime_finds_is_created_generic_or_not()
    {
        await workshop.Deliver("""{"Inner":1,"Name":"generic"}""", null, Types(typeof(Wrapped<int>).AssemblyQualifiedName!));

        Assert.That(seen, Is.EqualTo(new object[] { new Wrapped<int>(1, "generic") }));
    }

    /// <summary>The loader is made for names that a compiler wrote: some of these it throws at, others take its stack, and with it the process, for ever.</summary>
    [TestCaseSource(nameof(NamesOfNoMessage))]
    public async Task A_name_that_no_message_has_never_reaches_the_type_loader(string name)
    {
        var settlement = await workshop.Deliver("{}", null, Types(name));

        Assert.That((settlement, workshop.Sent[^1].Destination), Is.EqualTo((Settlement.Done, "error")));
        Assert.That(workshop.Sent[^1].Headers["NServiceBus.ExceptionInfo.ExceptionType"], Does.EndWith(nameof(MessageDeserializationException)));
    }

    static IEnumerable<TestCaseData> NamesOfNoMessage() => new[]
    {
        ("an array of nothing", "System.Void[]"),
        ("an array of references", "System.TypedReference[]"),
        ("an array of spans", "System.Span`1[[System.Int32]][]"),
        ("a span of spans", "System.Span`1[[System.Span`1[[System.Int32]]]]"),
        ("a constraint broken", "System.Nullable`1[[System.String]]"),
        ("a reference to a reference", "System.Int32&&"),
        ("a version that is none", "A, B, Version=x.y"),
        ("a culture that is none", "A, B, Culture=xx-zz-nonsense"),
        ("a path", "A, ../../etc/passwd"),
        ("an end in the middle", "A\0B"),
        ("commas", ",,,"),
        ("an escape of nothing", "\\"),
        ("arrays of arrays", "System.Int32" + string.Concat(Enumerable.Repeat("[]", 20_000))),
        ("pointers to pointers", "System.Int32" + new string('*', 20_000)),
        ("generics in generics", Generics(5_000, "System.Nullable`1[", "]")),
        ("a few generics in generics", Generics(10, "System.Collections.Generic.List`1[", "]")),
        ("generics without end", Generics(20_000, "A`1[[", "")),
    }.Select(name => new TestCaseData(name.Item2).SetArgDisplayNames(name.Item1));

    static string Generics(int depth, string open, string close) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "System.Int32" + string.Concat(Enumerable.Repeat(close, depth));

    /// <summary>The loader keeps something of each name for ever, found or not: whoever sends ever new names must not fill the memory.</summary>
    [Test]
    public void After_a_thousand_names_of_no_message_the_type_loader_is_asked_for_no_more()
    {
        var types = new EnclosedTypes(new MessageCatalog(new EndpointConfiguration("Any").Blueprint.Conventions), [typeof(Known)]);
        var asked = 0;
        Assembly? Asked(object? loader, ResolveEventArgs assembly)
        {
            if (assembly.Name.StartsWith("Unknown.")) asked++;
            return null;
        }

        AppDomain.CurrentDomain.AssemblyResolve += Asked;
        types.Roots(string.Join(';', Enumerable.Range(0, 1100).Select(i => $"Acme.Strange, Unknown.Assembly{i}")));
        AppDomain.CurrentDomain.AssemblyResolve -= Asked;

        Assert.That(asked, Is.EqualTo(1000));
        Assert.That(types.Roots(typeof(Known).AssemblyQualifiedName!), Has.Length.EqualTo(1), "what is handled here needs no loader");
    }

    /// <summary>The memory of a thousand that strangers made as long as a header can be would be 200 MB.</summary>
    [TestCase(10, true, TestName = "A_list_of_types_is_remembered")]
    [TestCase(50_000, false, TestName = "A_list_of_types_too_long_to_be_true_is_not_remembered")]
    public void What_was_read_is_kept(int length, bool kept)
    {
        var types = new EnclosedTypes(new MessageCatalog(new EndpointConfiguration("Any").Blueprint.Conventions), [typeof(Known)]);

        var header = Read(types, length);
        GC.Collect();

        Assert.That(header.IsAlive, Is.EqualTo(kept));
        GC.KeepAlive(types);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference Read(EnclosedTypes types, int length)
    {
        var header = typeof(Known).AssemblyQualifiedName + ";" + new string('x', length);
        Assert.That(types.Roots(header), Has.Length.EqualTo(1));
        return new WeakReference(header);
    }

    static Dictionary<string, string> Types(string header) => new() { ["NServiceBus.EnclosedMessageTypes"] = header };

    public record KnownBase : ICommand;

    public sealed record Known(string Name) : KnownBase;

    public sealed record Other(string Name) : ICommand;

    public sealed record NoMessage;

    public sealed record Wrapped<T>(T Inner, string Name) : INamed;

    public interface INamed : IEvent
    {
        string Name { get; }
    }

    public static class Arrival
    {
        public interface INote : ICommand
        {
            string Text { get; }
        }
    }

    public static class Departure
    {
        public interface INote : ICommand
        {
            string Text { get; }
        }
    }

    public sealed class SeesNotes(List<object> seen) : IHandleMessages<Arrival.INote>, IHandleMessages<Departure.INote>
    {
        public Task Handle(Arrival.INote message, IMessageHandlerContext context)
        {
            seen.Add($"of the arrival: {message.Text}");
            return Task.CompletedTask;
        }

        public Task Handle(Departure.INote message, IMessageHandlerContext context)
        {
            seen.Add($"of the departure: {message.Text}");
            return Task.CompletedTask;
        }
    }

    public sealed class SeesInterfaces(List<object> seen) : IHandleMessages<INamed>
    {
        public Task Handle(INamed message, IMessageHandlerContext context)
        {
            seen.Add(message);
            return Task.CompletedTask;
        }
    }

    public sealed class SeesClasses(List<object> seen) : IHandleMessages<Known>, IHandleMessages<Other>
    {
        public Task Handle(Known message, IMessageHandlerContext context)
        {
            seen.Add(message);
            return Task.CompletedTask;
        }

        public Task Handle(Other message, IMessageHandlerContext context)
        {
            seen.Add(message);
            return Task.CompletedTask;
        }
    }
}
