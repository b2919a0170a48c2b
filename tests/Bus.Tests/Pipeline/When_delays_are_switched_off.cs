using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>A transport can be told to do without delayed delivery. Asked for a delay all the same, it says so while nothing is committed yet.</summary>
public sealed class When_delays_are_switched_off
{
    static readonly Guid Saga = Guid.NewGuid();

    [TestCase("by a delay")]
    [TestCase("by a date")]
    public async Task A_message_for_later_is_refused_where_it_is_sent(string how)
    {
        await using var workshop = await Open();

        Assert.That(() => workshop.Session.Send(new Reminder(), Later(how)), Throws.InvalidOperationException.With.Message.Contains("delayed delivery is disabled"));
        Assert.That(workshop.Sent, Is.Empty);
    }

    [TestCase("by a delay")]
    [TestCase("by a date")]
    [TestCase("by a timeout")]
    public async Task The_handler_that_asks_for_one_commits_nothing(string how)
    {
        await using var workshop = await Open();

        await workshop.Deliver($$"""{"Id":"{{Saga}}","How":"{{how}}"}""", typeof(Remind));

        var copy = workshop.Sent.Single();
        Assert.That(copy.Destination, Is.EqualTo("error"));
        Assert.That(copy.Headers["NServiceBus.ExceptionInfo.Message"], Does.Contain("delayed delivery is disabled"));
    }

    [Test]
    public async Task What_is_for_now_leaves()
    {
        await using var workshop = await Open();

        await workshop.Session.Send(new Reminder());

        Assert.That(workshop.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void An_endpoint_with_delayed_retries_does_not_start() => Assert.That(
        () => Workshop.Open((_, _) => { }, delays: false), Throws.InvalidOperationException.With.Message.Contains("delayed retries"));

    [Test]
    public async Task One_that_receives_nothing_retries_nothing_and_starts()
    {
        await using var workshop = await Workshop.Open((endpoint, routing) =>
        {
            endpoint.SendOnly();
            routing.RouteToEndpoint(typeof(Reminder), "there");
        }, delays: false);

        await workshop.Session.Send(new Reminder());

        Assert.That(workshop.Sent, Has.Count.EqualTo(1));
    }

    static Task<Workshop> Open() => Workshop.Open((endpoint, routing) =>
    {
        endpoint.AddSaga<Reminding>();
        endpoint.UsePersistence<NoStorage>();
        endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        routing.RouteToEndpoint(typeof(Reminder), "there");
    }, delays: false);

    static SendOptions Later(string how)
    {
        var options = new SendOptions();
        if (how == "by a delay") options.DelayDeliveryWith(TimeSpan.FromSeconds(1));
        else options.DoNotDeliverBefore(TimeProvider.System.GetUtcNow().AddDays(1));
        return options;
    }

    public sealed record Remind(Guid Id, string How) : ICommand;

    public sealed record Reminder : ICommand;

    public sealed record TimeIsUp;

    public sealed class Reminding : Saga<Reminding.State>, IAmStartedByMessages<Remind>, IHandleTimeouts<TimeIsUp>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(state => state.Key).ToMessage<Remind>(message => message.Id);

        public async Task Handle(Remind message, IMessageHandlerContext context)
        {
            await context.Send(new Reminder());
            if (message.How == "by a timeout") await RequestTimeout<TimeIsUp>(context, TimeSpan.FromSeconds(1));
            else await context.Send(new Reminder(), Later(message.How));
        }

        public Task Timeout(TimeIsUp state, IMessageHandlerContext context) => Task.CompletedTask;

        public sealed class State : ContainSagaData
        {
            public Guid Key { get; set; }
        }
    }
}
