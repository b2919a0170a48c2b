using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Sagas;

public sealed class When_many_messages_meet_at_one_saga
{
    const int Messages = 60;

    [Test]
    public async Task No_update_is_lost()
    {
        await using var world = await World.Create("meet");
        var host = await world.Start("Counter", (endpoint, _) =>
        {
            endpoint.AddSaga<Counting>();
            endpoint.LimitMessageProcessingConcurrencyTo(16);
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(20));
        });
        var session = host.Services.GetRequiredService<IMessageSession>();
        var key = Guid.NewGuid();

        // None exists yet: they also race to begin it.
        await Task.WhenAll(Enumerable.Range(0, Messages).Select(_ => session.SendLocal(new Count(key))));

        await Eventually.Is(
            async () => await world.Database.Value<int>("""select ("Data" ->> 'Counted')::int from "Counter_Counting" """) == Messages,
            TimeSpan.FromSeconds(60));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await world.Database.Value<int>("""select "Concurrency" from "Counter_Counting" """), Is.EqualTo(Messages));
            Assert.That(await world.Database.Value<long>("""select count(*) from "Counter_Counting" """), Is.EqualTo(1));
            Assert.That(await world.Broker.Depth("error"), Is.Zero);
        }
    }

    public sealed record Count(Guid Key) : ICommand;

    public sealed class Counting : Saga<Counting.State>, IAmStartedByMessages<Count>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(state => state.Key).ToMessage<Count>(message => message.Key);

        public Task Handle(Count message, IMessageHandlerContext context)
        {
            Data.Counted++;
            return Task.CompletedTask;
        }

        public sealed class State : ContainSagaData
        {
            public Guid Key { get; set; }
            public int Counted { get; set; }
        }
    }
}
