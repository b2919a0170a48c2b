using Acme.Events;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport
{
    public sealed class When_an_event_is_published
    {
        Rabbit.Vhost vhost = null!;
        Mailbox publisher = null!;

        [SetUp]
        public async Task Broker()
        {
            vhost = await Rabbit.NewVhost("events");
            publisher = await Mailbox.On(vhost, "Publisher");
        }

        [TearDown]
        public async Task Gone()
        {
            if (publisher is not null) await publisher.DisposeAsync();
            if (vhost is not null) await vhost.DisposeAsync();
        }

        /// <summary>The worked example 12.1 of the fact sheet, exchange by exchange.</summary>
        [Test]
        public async Task Its_exchange_feeds_those_of_everything_it_is()
        {
            await publisher.Send(Letter.About<BookingConfirmed>());

            Assert.That((await vhost.Bindings()).Where(b => b.Source.Contains(':')), Is.EquivalentTo(new[]
            {
                Feeds("Acme.Events:BookingConfirmed", "Acme.Events:BookingEventBase"),
                Feeds("Acme.Events:BookingEventBase", "System:Object"),
                Feeds("Acme.Events:BookingConfirmed", "Acme.Events:IBookingEvent"),
                Feeds("Acme.Events:BookingConfirmed", "NServiceBus:IEvent"),
                Feeds("Acme.Events:BookingConfirmed", "NServiceBus:IMessage"),
            }));
            foreach (var name in (await vhost.Exchanges()).Where(exchange => exchange.Contains(':')))
            {
                var exchange = (await vhost.Exchange(name))!.Value;
                Assert.That(exchange.GetProperty("type").GetString(), Is.EqualTo("fanout"), name);
                Assert.That(exchange.GetProperty("durable").GetBoolean(), name);
            }
        }

        [Test]
        public async Task A_subscription_to_an_interface_builds_only_what_is_above_it()
        {
            await publisher.Transport.Subscribe("Publisher", typeof(IBookingEvent), default);

            Assert.That((await vhost.Bindings()).Where(b => b.Source.Contains(':')), Is.EquivalentTo(new[]
            {
                Feeds("Acme.Events:IBookingEvent", "NServiceBus:IEvent"),
                Feeds("Acme.Events:IBookingEvent", "NServiceBus:IMessage"),
                Feeds("Acme.Events:IBookingEvent", "Publisher"),
            }));
        }

        [Test]
        public async Task That_nobody_waits_for_it_is_no_error()
        {
            await publisher.Send(Letter.About<BookingConfirmed>());

            Assert.That(await vhost.Depth("Publisher"), Is.Zero);
        }

        [Test]
        public async Task A_subscriber_to_it_and_to_its_bases_gets_one_copy()
        {
            await publisher.Transport.Subscribe("Publisher", typeof(BookingConfirmed), default);
            await publisher.Transport.Subscribe("Publisher", typeof(IBookingEvent), default);
            await publisher.Transport.Subscribe("Publisher", typeof(IEvent), default);

            await publisher.Send(Letter.About<BookingConfirmed>());

            Assert.That(await vhost.Depth("Publisher"), Is.EqualTo(1));
        }

        [Test]
        public async Task A_subscriber_to_every_event_gets_it_too()
        {
            await publisher.Send(Letter.About<BookingConfirmed>());
            await publisher.Transport.Subscribe("Publisher", typeof(IEvent), default);

            await publisher.Send(Letter.About<BookingConfirmed>());

            Assert.That(await vhost.Depth("Publisher"), Is.EqualTo(1));
            Assert.That(await vhost.Bindings(), Has.Member(Feeds("System:Object", "Publisher")));
        }

        [Test]
        public async Task One_who_unsubscribed_gets_no_more()
        {
            await publisher.Transport.Subscribe("Publisher", typeof(BookingConfirmed), default);
            await publisher.Transport.Unsubscribe("Publisher", typeof(BookingConfirmed), default);

            await publisher.Send(Letter.About<BookingConfirmed>());

            Assert.That(await vhost.Depth("Publisher"), Is.Zero);
            Assert.That(await vhost.Exchanges(), Has.Member("Acme.Events:BookingConfirmed"), "the hierarchy stays");
        }

        [Test]
        public async Task Its_exchanges_come_back_after_they_were_deleted()
        {
            await publisher.Send(Letter.About<BookingConfirmed>());
            await using (var connection = await vhost.Connect())
            {
                await using var channel = await connection.CreateChannelAsync();
                await channel.ExchangeDeleteAsync("Acme.Events:BookingConfirmed");
            }

            Assert.That(() => publisher.Send(Letter.About<BookingConfirmed>()), Throws.Exception, "the broker closes the channel");
            await Eventually.Is(async () =>
            {
                await publisher.Send(Letter.About<BookingConfirmed>());
                return (await vhost.Exchanges()).Contains("Acme.Events:BookingConfirmed");
            });
        }

        static Rabbit.Binding Feeds(string from, string to) => new(from, to, "exchange", "");
    }
}

namespace Acme.Events
{
    public interface IBookingEvent : IEvent;
    public class BookingEventBase : IBookingEvent;
    public sealed class BookingConfirmed : BookingEventBase;
}
