using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Pipeline;

public sealed class When_there_are_several
{
    [Test]
    public async Task An_answer_comes_back_to_the_instance_that_asked()
    {
        await using var world = await World.Create("instances");
        var (first, second) = (new Answers(), new Answers());
        await world.Start("Answering", (endpoint, _) => endpoint.AddHandler<AnswersQuestions>());
        await Asking("1", first);
        var asking = await Asking("2", second);
        var options = new SendOptions();
        options.RouteReplyToThisInstance();

        for (var i = 0; i < 6; i++) await asking.Services.GetRequiredService<IMessageSession>().Send(new Question(), options);

        await Eventually.Is(() => first.Count + second.Count == 6);
        Assert.That((first.Count, second.Count), Is.EqualTo((0, 6)));

        Task<IHost> Asking(string instance, Answers answers) => world.Start("Asking", (endpoint, routing) =>
        {
            endpoint.MakeInstanceUniquelyAddressable(instance);
            endpoint.AddHandler<CountsAnswers>();
            routing.RouteToEndpoint(typeof(Question), "Answering");
        }, services => services.AddSingleton(answers));
    }

    [Test]
    public async Task Two_endpoints_live_in_one_host_under_their_identifiers()
    {
        await using var world = await World.Create("twoinone");
        var answers = new Answers();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(answers);
        builder.Services.AddNServiceBusEndpoint(world.Configure("Answering", (endpoint, _) => endpoint.AddHandler<AnswersQuestions>()), "a");
        builder.Services.AddNServiceBusEndpoint(world.Configure("Asking", (endpoint, routing) =>
        {
            endpoint.AddHandler<CountsAnswers>();
            routing.RouteToEndpoint(typeof(Question), "Answering");
        }), "b");
        using var host = builder.Build();
        await host.StartAsync();

        await host.Services.GetRequiredKeyedService<IMessageSession>("b").Send(new Question());

        await Eventually.Is(() => answers.Count == 1);
        await host.StopAsync();
    }

    [Test]
    public void A_second_endpoint_without_an_identifier_is_refused()
    {
        var services = new ServiceCollection();
        services.AddNServiceBusEndpoint(Scanless("A"));

        Assert.That(() => services.AddNServiceBusEndpoint(Scanless("B")), Throws.InvalidOperationException.With.Message.Contains("identifier"));
    }

    static EndpointConfiguration Scanless(string name)
    {
        var endpoint = new EndpointConfiguration(name);
        endpoint.AssemblyScanner().Disable = true;
        return endpoint;
    }

    public sealed record Question : ICommand;

    public sealed record Answer : IMessage;

    public sealed class Answers
    {
        int count;

        public int Count => Volatile.Read(ref count);

        public void Add() => Interlocked.Increment(ref count);
    }

    public sealed class AnswersQuestions : IHandleMessages<Question>
    {
        public Task Handle(Question message, IMessageHandlerContext context) => context.Reply(new Answer());
    }

    public sealed class CountsAnswers(Answers answers) : IHandleMessages<Answer>
    {
        public Task Handle(Answer message, IMessageHandlerContext context)
        {
            answers.Add();
            return Task.CompletedTask;
        }
    }
}
