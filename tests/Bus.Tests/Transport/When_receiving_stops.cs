using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

public sealed class When_receiving_stops
{
    Rabbit.Vhost vhost = null!;
    Mailbox desk = null!;
    TaskCompletionSource atWork = null!;
    TaskCompletionSource goOn = null!;

    [SetUp]
    public async Task Broker()
    {
        vhost = await Rabbit.NewVhost("stop");
        desk = await Mailbox.On(vhost);
        atWork = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        desk.Answer = async (_, ct) =>
        {
            atWork.TrySetResult();
            await goOn.Task.WaitAsync(ct);
            return Settlement.Done;
        };
    }

    [TearDown]
    public async Task Gone()
    {
        goOn?.TrySetResult();
        if (desk is not null) await desk.DisposeAsync();
        if (vhost is not null) await vhost.DisposeAsync();
    }

    [Test]
    public async Task What_is_in_flight_is_finished_and_nothing_else_is_begun()
    {
        await desk.Send(Letter.To("Desk"), Letter.To("Desk"), Letter.To("Desk"));
        await desk.Open(concurrency: 1);
        await atWork.Task;

        var stopping = desk.Close();
        Assert.That(stopping.IsCompleted, Is.False, "it waits for the one in flight");
        goOn.SetResult();
        await stopping;

        Assert.That(desk.Received, Has.Count.EqualTo(1));
        await StillInTheQueue(2);
    }

    [Test]
    public async Task At_the_end_of_patience_work_is_cancelled_and_the_message_goes_back()
    {
        await desk.Send(Letter.To("Desk"));
        await desk.Open(concurrency: 1);
        await atWork.Task;

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await desk.Close(patience.Token);

        await StillInTheQueue(1);
    }

    [Test]
    public async Task Who_holds_on_to_a_message_until_better_times_is_told_to_let_go()
    {
        desk.Answer = async (delivery, _) =>
        {
            atWork.TrySetResult();
            await Task.Delay(Timeout.Infinite, delivery.Withdrawn).ContinueWith(_ => { }, TaskScheduler.Default);
            return Settlement.Requeue;
        };
        await desk.Send(Letter.To("Desk"));
        await desk.Open(concurrency: 1);
        await atWork.Task;

        await desk.Close().WaitAsync(TimeSpan.FromSeconds(5));

        await StillInTheQueue(1);
    }

    [Test]
    public async Task Sending_still_works()
    {
        await desk.Open();
        await desk.Close();

        await desk.Send(Letter.To("Desk"));

        Assert.That(await vhost.Depth("Desk"), Is.EqualTo(1));
    }

    [Test]
    public async Task It_can_begin_again()
    {
        goOn.SetResult();
        await desk.Open();
        await desk.Close();
        await desk.Open();

        await desk.Send(Letter.To("Desk", "later"));

        await desk.Receives("later");
    }

    [Test]
    public async Task Every_settled_message_is_gone_and_every_other_is_still_there()
    {
        goOn.SetResult();
        await desk.Send([.. Enumerable.Range(0, 2_000).Select(_ => Letter.To("Desk"))]);
        await desk.Open(concurrency: 16);
        await Eventually.Is(() => desk.Received.Count > 200);

        await desk.Close();

        await StillInTheQueue(2_000 - desk.Received.Count);
    }

    /// <summary>The broker takes back what a closed connection had, a moment later.</summary>
    Task StillInTheQueue(int messages) => Eventually.Sees(() => vhost.Depth("Desk"), depth => depth == messages);
}
