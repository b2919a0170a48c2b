namespace Roost.Stripe;

/// <summary>
/// What came of a call. There is no exception to forget: a caller that does not look at <see cref="Unknown{T}"/> does not compile its
/// own switch, and treating unknown as failed is how money is lost.
/// </summary>
public abstract record Answer<T>
{
    /// <summary>What Stripe writes into its log about this call; null when nothing came back.</summary>
    public string? RequestId { get; init; }
}

/// <param name="Replayed">The value is a picture of the first time this key was used, and may be old.</param>
public sealed record Succeeded<T>(T Value, bool Replayed = false) : Answer<T>;

/// <summary>The cardholder has to act before there is an answer.</summary>
public sealed record RequiresAction<T>(T Value) : Answer<T>;

/// <summary>The issuer said no.</summary>
public sealed record Declined<T>(StripeError Error) : Answer<T>
{
    public string Code => Error.DeclineCode is null or "generic_decline" ? Error.Code ?? "card_declined" : Error.DeclineCode;
}

/// <summary>Stripe will never do this; nothing was changed by it.</summary>
public sealed record Refused<T>(StripeError Error) : Answer<T>;

/// <summary>Nothing happened, for a reason that passes: limits, a locked object, nobody listening, our own breaker.</summary>
public sealed record NotNow<T>(string Why) : Answer<T>;

/// <summary>It may or may not have happened. Only Stripe knows: ask with the same key, or look the object up.</summary>
public sealed record Unknown<T>(UnknownBecause Because) : Answer<T>;

public enum UnknownBecause
{
    /// <summary>Timeout, connection lost, an answer that cannot be read, or a 5xx. The same key may be sent again.</summary>
    NoAnswer,
    /// <summary>Stripe remembers a failure of its own under this key and will repeat it for ever: look the object up.</summary>
    StoredFailure,
    /// <summary>The key was used for something else: look the object up.</summary>
    KeyReused,
}
