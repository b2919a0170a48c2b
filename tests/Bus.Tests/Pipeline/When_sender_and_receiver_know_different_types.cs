using Microsoft.Extensions.DependencyInjection;
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

    static Dictionary<string, string> Types(string header) => new() { ["NServiceBus.EnclosedMessageTypes"] = header };

    public record KnownBase : ICommand;

    public sealed record Known(string Name) : KnownBase;

    public sealed record Other(string Name) : ICommand;

    public sealed record NoMessage;

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
