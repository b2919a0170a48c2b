using Roost.Bus.Sagas;

namespace Roost.Bus.Tests.Sagas;

/// <summary>Said at start, in a sentence, and not when the first message comes.</summary>
public sealed class When_a_saga_is_declared_wrongly
{
    [Test]
    public void Nothing_starts_it() => Refuses<NeverStarts>("at least one message that starts it");

    [Test]
    public void The_message_that_starts_it_finds_nothing() => Refuses<StartsUnmapped>("no mapping for it");

    [Test]
    public void It_is_found_by_two_properties() => Refuses<TwoProperties>("all messages must use one property");

    [Test]
    public void It_is_found_by_a_date() => Refuses<ByDate>("a DateTime cannot be looked up");

    [Test]
    public void The_message_has_another_type_of_key() => Refuses<OtherType>("maps Start by a String, but its property Key is a Guid");

    [Test]
    public void It_maps_what_it_does_not_handle() => Refuses<MapsAStranger>("maps Stranger, which it does not handle");

    static void Refuses<TSaga>(string because) where TSaga : Saga =>
        Assert.That(
            () => SagaModel.Of(typeof(TSaga), "x"),
            Throws.InvalidOperationException.With.Message.Contains(because).And.Message.Contains(typeof(TSaga).Name));

    public sealed record Start(string Text, Guid Id) : ICommand;

    public sealed record Stranger(Guid Id) : ICommand;

    public sealed class State : ContainSagaData
    {
        public Guid Key { get; set; }
        public Guid OtherKey { get; set; }
        public DateTime Date { get; set; }
    }

    public abstract class Starts : Saga<State>, IAmStartedByMessages<Start>
    {
        public Task Handle(Start message, IMessageHandlerContext context) => Task.CompletedTask;
    }

    public sealed class NeverStarts : Saga<State>, IHandleMessages<Start>
    {
        public Task Handle(Start message, IMessageHandlerContext context) => Task.CompletedTask;

        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(s => s.Key).ToMessage<Start>(m => m.Id);
    }

    public sealed class StartsUnmapped : Starts
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(s => s.Key);
    }

    public sealed class TwoProperties : Starts
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper)
        {
            mapper.MapSaga(s => s.Key).ToMessage<Start>(m => m.Id);
            mapper.MapSaga(s => s.OtherKey).ToMessage<ICommand>(m => Guid.Empty);
        }
    }

    public sealed class ByDate : Starts
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(s => s.Date).ToMessage<Start>(m => DateTime.MinValue);
    }

    public sealed class OtherType : Starts
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(s => s.Key).ToMessage<Start>(m => m.Text);
    }

    public sealed class MapsAStranger : Starts
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(s => s.Key).ToMessage<Start>(m => m.Id).ToMessage<Stranger>(m => m.Id);
    }
}
