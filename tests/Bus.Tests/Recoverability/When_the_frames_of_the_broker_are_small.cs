using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NServiceBus.Transport;
using Roost.Bus.Hosting;
using Roost.Bus.RabbitMQ;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>
/// P-70, where frame_max is not the usual 128 KiB: headers that do not fit into one frame would end the connection that everybody's messages are on,
/// and the copy they belong to would be tried again for ever.
/// </summary>
public sealed class When_the_frames_of_the_broker_are_small
{
    const int Frame = 8192;
    World world = null!;
    IHost endpoint = null!;

    [OneTimeSetUp]
    public async Task An_endpoint()
    {
        world = await World.Create("frames");
        endpoint = await world.Start("Small", (endpoint, _) =>
        {
            endpoint.AddHandler<Works>();
            endpoint.AuditProcessedMessagesTo("audit");
            endpoint.Recoverability().Immediate(immediate => immediate.NumberOfRetries(0)).Delayed(delayed => delayed.NumberOfRetries(0));
        }, services => services.AddSingleton<Surroundings>(new SmallFrames()));
    }

    [OneTimeTearDown]
    public async Task End() => await world.DisposeAsync();

    [Test]
    public async Task What_is_said_of_a_failure_is_cut_to_fit()
    {
        var letter = new Letter("""{"Fails":true}""", typeof(Order)) { Headers = { ["Big"] = new string('x', Frame) } };

        await letter.SendTo(world, "Small");

        var failed = await world.Receive("error");
        Assert.That((failed["NServiceBus.MessageId"], failed["NServiceBus.ExceptionInfo.ExceptionType"]), Is.EqualTo((letter.Id, typeof(FormatException).FullName)));
        Assert.That(HeaderSpace.Of(failed.Headers), Is.InRange(Frame / 2, Frame));
    }

    [Test]
    public async Task What_is_audited_is_cut_to_fit()
    {
        var letter = new Letter("{}", typeof(Order)) { Headers = { ["Big"] = new string('x', Frame) } };

        await letter.SendTo(world, "Small");

        var audited = await world.Receive("audit");
        Assert.That((audited["NServiceBus.MessageId"], audited["NServiceBus.ProcessingEndpoint"]), Is.EqualTo((letter.Id, "Small")));
    }

    [Test]
    public async Task A_message_that_does_not_fit_is_refused_where_it_is_sent()
    {
        var options = new SendOptions();
        options.SetDestination("error");
        options.SetHeader("Big", new string('x', Frame - 1024));

        await Assert.ThatAsync(
            () => endpoint.Services.GetRequiredService<IMessageSession>().Send(new Order(Fails: false), options),
            Throws.ArgumentException.With.Message.Contains("headers take"));
    }

    public sealed record Order(bool Fails) : ICommand;

    public sealed class Works : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) =>
            message.Fails ? throw new FormatException(new string('y', 2 * Frame)) : Task.CompletedTask;
    }

    /// <summary>The smaller of what both sides want is agreed, and the broker holds us to it.</summary>
    sealed class SmallFrames : Surroundings
    {
        public override ITransport Transport(TransportDefinition definition, TransportContext context) => new BrokerTransport(
            ((RabbitMQTransport)definition).Settings(context.EndpointName) with { LargestFrame = Frame, DelayedDelivery = false },
            context.Clock, context.Loggers.CreateLogger("frames"));
    }
}
