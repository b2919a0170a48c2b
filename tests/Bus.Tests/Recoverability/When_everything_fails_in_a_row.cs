using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Recoverability;

/// <summary>Something all messages need is down: they wait for it instead of burning through their retries.</summary>
public sealed class When_everything_fails_in_a_row
{
    [Test]
    public async Task One_at_a_time_is_tried_until_one_succeeds()
    {
        var outside = new Outside { IsDown = true };
        var switches = new List<string>();
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<NeedsIt>();
            endpoint.Recoverability().OnConsecutiveFailures(3, new RateLimitSettings(
                TimeSpan.FromMilliseconds(20), _ => Note("limited"), _ => Note("free again")));
        }, services => services.AddSingleton(outside));
        Task Note(string what)
        {
            switches.Add(what);
            return Task.CompletedTask;
        }

        for (var i = 0; i < 3; i++) await workshop.Deliver("{}", typeof(Order));
        outside.MostAtOnce = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => workshop.Deliver("{}", typeof(Order))));
        var whileLimited = outside.MostAtOnce;
        outside.IsDown = false;
        await workshop.Deliver("{}", typeof(Order));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(whileLimited, Is.EqualTo(1));
            Assert.That(switches, Is.EqualTo(new[] { "limited", "free again" }));
        }
    }

    [Test]
    public async Task A_message_is_done_although_whoever_is_told_of_it_throws()
    {
        var outside = new Outside { IsDown = true };
        await using var workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddHandler<NeedsIt>();
            endpoint.Recoverability().OnConsecutiveFailures(1, new RateLimitSettings(
                TimeSpan.Zero, _ => throw new IOException("told of the start"), _ => throw new IOException("told of the end")));
        }, services => services.AddSingleton(outside));

        await workshop.Deliver("{}", typeof(Order));
        outside.IsDown = false;

        Assert.That(await workshop.Deliver("{}", typeof(Order)), Is.EqualTo(Settlement.Done));
    }

    public sealed record Order : ICommand;

    public sealed class Outside
    {
        int atOnce;

        public volatile bool IsDown;
        public int MostAtOnce;

        public async Task Use()
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref atOnce));
            try
            {
                await Task.Yield();
                if (IsDown) throw new IOException("down");
            }
            finally
            {
                Interlocked.Decrement(ref atOnce);
            }
        }
    }

    public sealed class NeedsIt(Outside outside) : IHandleMessages<Order>
    {
        public Task Handle(Order message, IMessageHandlerContext context) => outside.Use();
    }
}
