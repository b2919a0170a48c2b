using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Sagas;

/// <summary>P-72: of a publisher's class that is unknown here each interface is a message of its own, with a saga of its own to find.</summary>
public sealed class When_one_body_is_two_messages_to_a_saga
{
    readonly List<string> seen = [];
    Postgres.Database database = null!;
    Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task An_endpoint_with_a_saga()
    {
        database = await Postgres.NewDatabase("tworoots");
        workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddSaga<Stay>();
            endpoint.StoreIn(database);
        }, services => services.AddSingleton(seen));
    }

    [OneTimeTearDown]
    public async Task End()
    {
        await workshop.DisposeAsync();
        await database.DisposeAsync();
    }

    [SetUp]
    public void Nothing_seen() => seen.Clear();

    [Test]
    public async Task The_one_that_may_start_it_does_though_the_one_before_found_none()
    {
        await Deliver("""{"PartOf":"a","Begins":"a"}""", typeof(IPart), typeof(IBegin));

        Assert.That(await Stays(), Has.Some.EqualTo("a: begun;"));
        Assert.That(seen, Is.EqualTo(new[] { "not found" }));
    }

    [Test]
    public async Task The_one_that_may_not_start_it_does_not_though_the_one_before_may()
    {
        await Deliver("""{"PartOf":"b2","Begins":"b1"}""", typeof(IBegin), typeof(IPart));

        Assert.That(await Stays(), Has.Some.EqualTo("b1: begun;").And.None.StartsWith("b2"));
        Assert.That(seen, Is.EqualTo(new[] { "not found" }));
    }

    [Test]
    public async Task Each_finds_the_saga_it_names()
    {
        await Deliver("""{"Begins":"c1"}""", typeof(IBegin));
        await Deliver("""{"Begins":"c2"}""", typeof(IBegin));

        await Deliver("""{"PartOf":"c1","Begins":"c2"}""", typeof(IPart), typeof(IBegin));

        Assert.That(await Stays(), Is.SupersetOf(new[] { "c1: begun;part;", "c2: begun;begun;" }));
    }

    [Test]
    public async Task Both_change_one_and_the_same_and_it_is_saved_once()
    {
        await Deliver("""{"Begins":"d"}""", typeof(IBegin));

        await Deliver("""{"PartOf":"d","Begins":"d"}""", typeof(IPart), typeof(IBegin));

        Assert.That(await Stays(), Has.Some.EqualTo("d: begun;part;begun;"));
        Assert.That(await database.Value<int>("""select "Concurrency" from "Workshop_Stay" where "Correlation_Key" = 'd' """), Is.EqualTo(2));
    }

    [Test]
    public async Task Both_may_start_one_and_it_is_one()
    {
        await Deliver("""{"Begins":"e","Opens":"e"}""", typeof(IBegin), typeof(IOpen));

        Assert.That(await Stays(), Has.Exactly(1).StartsWith("e: ").And.Some.EqualTo("e: begun;opened;"));
    }

    [Test]
    public async Task Both_may_start_one_each()
    {
        await Deliver("""{"Begins":"f1","Opens":"f2"}""", typeof(IBegin), typeof(IOpen));

        Assert.That(await Stays(), Is.SupersetOf(new[] { "f1: begun;", "f2: opened;" }));
    }

    [Test]
    public async Task The_second_may_begin_anew_what_the_first_has_ended()
    {
        await Deliver("""{"Begins":"g"}""", typeof(IBegin));

        await Deliver("""{"PartOf":"g","Ends":true,"Begins":"g"}""", typeof(IPart), typeof(IBegin));

        Assert.That(await Stays(), Has.Exactly(1).StartsWith("g: ").And.Some.EqualTo("g: begun;"));
    }

    async Task Deliver(string body, params Type[] types)
    {
        var header = string.Join(';', types.Select(type => type.AssemblyQualifiedName).Prepend("Sender.Only, Sender"));

        var settlement = await workshop.Deliver(body, null, new() { ["NServiceBus.EnclosedMessageTypes"] = header });

        Assert.That(settlement, Is.EqualTo(Settlement.Done));
    }

    Task<List<string>> Stays() =>
        database.Values<string>("""select concat("Correlation_Key", ': ', "Data"->>'Story') from "Workshop_Stay" """);

    public interface IPart : IEvent
    {
        string PartOf { get; set; }
        bool Ends { get; set; }
    }

    public interface IBegin : IEvent
    {
        string Begins { get; set; }
    }

    public interface IOpen : IEvent
    {
        string Opens { get; set; }
    }

    public sealed class Stay : Saga<Stay.State>, IHandleMessages<IPart>, IAmStartedByMessages<IBegin>, IAmStartedByMessages<IOpen>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper)
        {
            mapper.ConfigureNotFoundHandler<Lost>();
            mapper.MapSaga(state => state.Key)
                .ToMessage<IPart>(message => message.PartOf).ToMessage<IBegin>(message => message.Begins).ToMessage<IOpen>(message => message.Opens);
        }

        public Task Handle(IPart message, IMessageHandlerContext context)
        {
            if (message.Ends) MarkAsComplete();
            return Tell("part;");
        }

        public Task Handle(IBegin message, IMessageHandlerContext context) => Tell("begun;");

        public Task Handle(IOpen message, IMessageHandlerContext context) => Tell("opened;");

        Task Tell(string what)
        {
            Data.Story += what;
            return Task.CompletedTask;
        }

        public sealed class State : ContainSagaData
        {
            public string Key { get; set; } = "";
            public string Story { get; set; } = "";
        }
    }

    public sealed class Lost(List<string> seen) : ISagaNotFoundHandler
    {
        public Task Handle(object message, IMessageProcessingContext context)
        {
            seen.Add("not found");
            return Task.CompletedTask;
        }
    }
}
