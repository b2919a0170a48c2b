namespace Roost.Stripe;

/// <summary>
/// Finds out whether something we asked for exists. Each request carries its operation id in its metadata. The answer is a
/// <see cref="Succeeded{T}"/> with the object, or with null when it is certain that there is none.
/// </summary>
public sealed class Lookup(StripeClient stripe)
{
    public const string OperationId = "operation_id";

    /// <summary>The clocks of Stripe and of our machines may differ by this much.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    public Task<Answer<PaymentIntent?>> PaymentIntent(string operationId, DateTimeOffset firstSent, DateTimeOffset lastSent, CancellationToken ct) =>
        Find(after => PaymentIntents.MadeBetween(firstSent - Skew, lastSent + Skew, after), intent => intent.Id,
            intent => intent.Metadata.GetValueOrDefault(OperationId) == operationId, ct);

    public Task<Answer<Refund?>> Refund(string operationId, string paymentIntentId, CancellationToken ct) =>
        Find(after => Refunds.Of(paymentIntentId, after), refund => refund.Id,
            refund => refund.Metadata?.GetValueOrDefault(OperationId) == operationId, ct);

    async Task<Answer<T?>> Find<T>(Func<string?, StripeQuery<StripeList<T>>> page, Func<T, string> idOf, Func<T, bool> wanted, CancellationToken ct)
        where T : class
    {
        string? after = null;
        while (true)
        {
            var answer = await stripe.Read(page(after), ct);
            if (answer is not Succeeded<StripeList<T>>(var list, _)) return new NotNow<T?>($"the list could not be read: {answer}");
            if (Array.Find(list.Data, item => wanted(item)) is { } found) return new Succeeded<T?>(found);
            if (!list.HasMore || list.Data.Length == 0) return new Succeeded<T?>(null);
            after = idOf(list.Data[^1]);
        }
    }
}
