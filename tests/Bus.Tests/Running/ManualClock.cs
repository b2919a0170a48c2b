namespace Roost.Bus.Tests.Running;

/// <summary>Real time, plus what a test added to it.</summary>
sealed class ManualClock : TimeProvider
{
    long added;

    public void Advance(TimeSpan time) => Interlocked.Add(ref added, time.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref added));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref added);
}
