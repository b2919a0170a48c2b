namespace Roost.Stripe;

/// <summary>
/// One call that changes something, frozen: the same key must always be sent with byte-identical parameters, so callers
/// store <paramref name="Path"/> and <paramref name="Form"/> before the first send and repeat exactly those.
/// </summary>
public sealed record StripeRequest<T>(string Path, string Form);

/// <summary>One call that only reads.</summary>
public sealed record StripeQuery<T>(string PathAndQuery);
