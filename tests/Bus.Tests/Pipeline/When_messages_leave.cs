using System.Runtime.CompilerServices;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_messages_leave
{
    [Test]
    public async Task A_message_is_announced_as_itself_and_all_its_bases_the_more_derived_first()
    {
        await using var workshop = await Workshop.Open((_, _) => { });

        await workshop.Session.Publish(new BookingConfirmed());

        // The recorded order of the official runtime: the interface inherits two others, the base class only object.
        Assert.That(workshop.Sent.Single().Headers["NServiceBus.EnclosedMessageTypes"].Split(';'), Is.EqualTo(new[]
        {
            typeof(BookingConfirmed).AssemblyQualifiedName, typeof(IBookingEvent).AssemblyQualifiedName,
            typeof(BookingEventBase).AssemblyQualifiedName,
        }));
    }

    /// <summary>Each thread has a buffer to write into; one large message per thread must not be what they hold from then on.</summary>
    [Test]
    public async Task The_room_that_a_large_message_took_is_given_back()
    {
        await using var workshop = await Workshop.Open((_, routing) => routing.RouteToEndpoint(typeof(Large), "there"));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        SendLarge(workshop);

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(4_000_000));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void SendLarge(Workshop workshop)
    {
        workshop.Session.Send(new Large(new string('x', 8_000_000))).GetAwaiter().GetResult(); // not awaited: the same thread goes on
        Assert.That(workshop.Sent.Single().Body.Length, Is.GreaterThan(8_000_000));
        workshop.Sent.Clear();
    }

    [Test]
    public async Task An_interface_is_published_as_itself()
    {
        await using var workshop = await Workshop.Open((_, _) => { });

        await workshop.Session.Publish<INamedEvent>(message => message.Name = "by name");

        var sent = workshop.Sent.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent.EventType, Is.EqualTo(typeof(INamedEvent)));
            Assert.That(sent.Headers["NServiceBus.EnclosedMessageTypes"], Is.EqualTo(typeof(INamedEvent).AssemblyQualifiedName));
            Assert.That(System.Text.Encoding.UTF8.GetString(sent.Body.Span), Is.EqualTo("""{"Name":"by name"}"""));
        }
    }

    [Test]
    public async Task An_event_begins_a_trace_of_its_own_and_a_command_does_not()
    {
        await using var workshop = await Workshop.Open((_, routing) => routing.RouteToEndpoint(typeof(DoIt), "there"));
        var ownTrace = new SendOptions();
        ownTrace.StartNewTraceOnReceive();
        var sameTrace = new PublishOptions();
        sameTrace.ContinueExistingTraceOnReceive();

        await workshop.Session.Send(new DoIt());
        await workshop.Session.Send(new DoIt(), ownTrace);
        await workshop.Session.Publish(new BookingConfirmed());
        await workshop.Session.Publish(new BookingConfirmed(), sameTrace);

        Assert.That(
            workshop.Sent.Select(sent => sent.Headers["NServiceBus.OpenTelemetry.StartNewTrace"]),
            Is.EqualTo(new[] { "False", "True", "True", "False" }));
    }

    [Test]
    public async Task Reused_options_give_every_message_an_id_of_its_own()
    {
        await using var workshop = await Workshop.Open((_, _) => { });
        var options = new SendOptions();
        options.SetDestination("there");
        options.SetHeader("Tenant", "7");

        await workshop.Session.Send(new DoIt(), options);
        await workshop.Session.Send(new DoIt(), options);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(workshop.Sent.Select(sent => sent.MessageId).Distinct().Count(), Is.EqualTo(2));
            Assert.That(workshop.Sent.Select(sent => sent.Headers["Tenant"]), Is.EqualTo(new[] { "7", "7" }));
            Assert.That(workshop.Sent.Select(sent => sent.Destination), Is.EqualTo(new[] { "there", "there" }));
        }
    }

    [Test]
    public async Task A_static_header_wins_over_the_same_header_of_one_message()
    {
        await using var workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.AddHeaderToAllOutgoingMessages("Tenant", "everywhere");
            routing.RouteToEndpoint(typeof(DoIt), "there");
        });
        var options = new SendOptions();
        options.SetHeader("Tenant", "here");

        await workshop.Session.Send(new DoIt(), options);

        Assert.That(workshop.Sent.Single().Headers["Tenant"], Is.EqualTo("everywhere"));
    }

    [Test]
    public async Task A_delayed_message_says_when_it_is_meant_to_arrive()
    {
        await using var workshop = await Workshop.Open((_, routing) => routing.RouteToEndpoint(typeof(DoIt), "there"));
        var options = new SendOptions();
        options.DoNotDeliverBefore(new DateTimeOffset(2031, 4, 1, 12, 0, 0, TimeSpan.FromHours(2)));

        await workshop.Session.Send(new DoIt(), options);

        Assert.That(workshop.Sent.Single().Headers["NServiceBus.DeliverAt"], Is.EqualTo("2031-04-01 10:00:00:000000 Z"));
    }

    [Test]
    public async Task Time_to_be_received_travels_as_header_and_to_the_broker()
    {
        await using var workshop = await Workshop.Open((_, routing) => routing.RouteToEndpoint(typeof(Perishable), "there"));

        await workshop.Session.Send(new Perishable());

        var sent = workshop.Sent.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent.TimeToBeReceived, Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(sent.Headers["NServiceBus.TimeToBeReceived"], Is.EqualTo("00:10:00"));
        }
    }

    [Test]
    public async Task A_send_only_endpoint_takes_no_replies()
    {
        await using var workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.SendOnly();
            routing.RouteToEndpoint(typeof(DoIt), "there");
        });

        await workshop.Session.Send(new DoIt());

        Assert.That(workshop.Sent.Single().Headers, Does.Not.ContainKey("NServiceBus.ReplyToAddress"));
        Assert.That(async () => await workshop.Session.SendLocal(new DoIt()), Throws.InvalidOperationException);
    }

    public interface IBookingEvent : IEvent;

    public class BookingEventBase : IBookingEvent;

    public sealed class BookingConfirmed : BookingEventBase;

    public interface INamedEvent : IEvent
    {
        string Name { get; set; }
    }

    public sealed record Large(string Text) : ICommand;

    public sealed record DoIt : ICommand;

    [TimeToBeReceived("00:10:00")]
    public sealed record Perishable : ICommand;
}
