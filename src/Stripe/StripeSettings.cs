namespace Roost.Stripe;

/// <param name="Url">https://api.stripe.com, or the simulator.</param>
/// <param name="Key">Secret; it appears in one header and nowhere else.</param>
public sealed record StripeSettings(Uri Url, string Key)
{
    /// <summary>How long one attempt may take. Stripe's own SDK waits 80 s; whoever waits here holds nothing but a task.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Before the first immediate retry; doubles with each of the few that follow.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a Stripe that does not answer is left alone.</summary>
    public TimeSpan BreakerOpenFor { get; init; } = TimeSpan.FromSeconds(30);

    public override string ToString() => $"Stripe at {Url}";
}
