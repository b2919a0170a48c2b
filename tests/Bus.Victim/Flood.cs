using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Roost.Bus.Victim;

public sealed record Drop(int Number) : ICommand;

/// <summary>
/// Messages to itself, as many at once as keep the endpoint busy. From time to time it says what the process holds: live heap, resident memory,
/// connections and channels.
/// </summary>
public sealed class Flood : IDisposable
{
    const int Senders = 64;
    const int UnderWay = 2_000;
    const int Samples = 30;
    readonly MeterListener listener = new();
    readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int expected = int.MaxValue;
    int sent;
    int handled;
    int connections;
    int channels;

    public Flood()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Roost.Bus.RabbitMQ") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, change, _, _) =>
        {
            if (instrument.Name.EndsWith(".connections", StringComparison.Ordinal)) Interlocked.Add(ref connections, change);
            if (instrument.Name.EndsWith(".channels", StringComparison.Ordinal)) Interlocked.Add(ref channels, change);
        });
        listener.Start();
    }

    public async Task Run(IMessageSession session, int messages)
    {
        expected = messages;
        var began = Stopwatch.GetTimestamp();
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => Send(session, messages))));
        for (var sample = 1; sample <= Samples; sample++)
        {
            while (Volatile.Read(ref handled) < (long)messages * sample / Samples) await Task.Delay(10);
            Say();
        }
        await sending;
        await all.Task;
        Console.WriteLine($"handled {messages} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    public void Handled()
    {
        if (Interlocked.Increment(ref handled) == expected) all.TrySetResult();
    }

    async Task Send(IMessageSession session, int messages)
    {
        while (Interlocked.Increment(ref sent) is var number && number <= messages)
        {
            while (number - Volatile.Read(ref handled) > UnderWay) await Task.Delay(1);
            await session.SendLocal(new Drop(number));
        }
    }

    void Say()
    {
        var live = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"sample {Volatile.Read(ref handled)} {live} {Environment.WorkingSet} {connections} {channels}");
    }

    public void Dispose() => listener.Dispose();
}

public sealed class LetItPass(Flood flood) : IHandleMessages<Drop>
{
    public Task Handle(Drop message, IMessageHandlerContext context)
    {
        flood.Handled();
        return Task.CompletedTask;
    }
}
