using Roost.Domain;

namespace Roost.Stripe.Tests.Client;

static class Clients
{
    public const string Group = "booking_1";
    public static readonly Money Price = new(10_000, "USD");

    public static StripeClient For(Uri url, TimeSpan? timeout = null, Breaker? breaker = null, string key = StripeServer.Key) => new(
        new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan },
        new StripeSettings(url, key) { AttemptTimeout = timeout ?? TimeSpan.FromSeconds(10), FirstPause = TimeSpan.FromMilliseconds(1) },
        breaker ?? new Breaker(TimeProvider.System, TimeSpan.FromSeconds(30)),
        TimeProvider.System);

    public static StripeRequest<PaymentIntent> Hold(string card = "pm_card_visa", string operation = "op", Money? amount = null) =>
        PaymentIntents.Hold(amount ?? Price, card, Group, new Dictionary<string, string> { [Lookup.OperationId] = operation });

    public static async Task<PaymentIntent> Held(this StripeClient client) =>
        ((Succeeded<PaymentIntent>)await client.Send(Hold(), "hold", CancellationToken.None)).Value;
}

/// <summary>A clock that stands until it is moved.</summary>
sealed class StandingClock : TimeProvider
{
    DateTimeOffset now = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;
    public void Advance(TimeSpan span) => now += span;
}
