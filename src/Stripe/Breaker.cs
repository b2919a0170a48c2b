namespace Roost.Stripe;

/// <summary>
/// Stops calling a Stripe that does not answer: five failures in a row open it (for 30 s, if nobody said otherwise), then one call at a time may try, and
/// three that succeed close it. One per process.
/// </summary>
public sealed class Breaker(TimeProvider clock, TimeSpan openFor)
{
    public const int FailuresToOpen = 5;
    public const int SuccessesToClose = 3;

    /// <summary>Permission for one call.</summary>
    public enum Pass { Refused, Normal, Probe }

    readonly Lock gate = new();
    int failures;
    int successes;
    bool probing;
    DateTimeOffset? opened;

    public bool IsClosed
    {
        get { lock (gate) return opened is null; }
    }

    /// <summary>Anything but <see cref="Pass.Refused"/> must be followed by <see cref="Record"/> or <see cref="Leave"/>.</summary>
    public Pass Enter()
    {
        lock (gate)
        {
            if (opened is null) return Pass.Normal;
            if (probing || clock.GetUtcNow() - opened < openFor) return Pass.Refused;
            probing = true;
            return Pass.Probe;
        }
    }

    public void Record(Pass pass, bool answered)
    {
        lock (gate)
        {
            if (pass is Pass.Probe) RecordProbe(answered);
            // calls that were under way when it opened neither keep it open nor close it
            else if (opened is null) RecordNormal(answered);
        }
    }

    /// <summary>The call was given up by us and says nothing about Stripe.</summary>
    public void Leave(Pass pass)
    {
        lock (gate) probing &= pass is not Pass.Probe;
    }

    void RecordNormal(bool answered)
    {
        failures = answered ? 0 : failures + 1;
        if (failures == FailuresToOpen) Open();
    }

    void RecordProbe(bool answered)
    {
        probing = false;
        if (!answered) Open();
        else if (++successes == SuccessesToClose) opened = null;
    }

    void Open()
    {
        opened = clock.GetUtcNow();
        failures = successes = 0;
    }
}
