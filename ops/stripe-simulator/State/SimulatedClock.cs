namespace Roost.StripeSimulator.State;

/// <summary>Runs like the machine's clock until it is frozen, set or advanced. Stripe itself has no such thing for payments.</summary>
public sealed class SimulatedClock(TimeProvider machine)
{
    TimeSpan ahead;
    DateTimeOffset? frozenAt;

    public bool Frozen => frozenAt is not null;
    public DateTimeOffset Now => frozenAt ?? machine.GetUtcNow() + ahead;
    public long UnixSeconds => Now.ToUnixTimeSeconds();

    public void Freeze(bool frozen)
    {
        var now = Now;
        frozenAt = frozen ? now : null;
        ahead = now - machine.GetUtcNow();
    }

    public void Set(DateTimeOffset instant)
    {
        if (Frozen) frozenAt = instant;
        ahead = instant - machine.GetUtcNow();
    }
}
