namespace Roost.Stripe;

/// <summary>
/// Finds out whether something we asked for exists. Each request carries its operation id in its metadata. The answer is a
/// <see cref="Succeeded{T}"/> with the object, or with null when it is certain that there is none.
/// </summary>
public sealed class Lookup(StripeClient stripe)
{
    public const string OperationId = "operation_id";

    /// <summary>
    /// By the charges of its group: whatever touched a card made one. An intent without a charge holds nothing, and its secret was never
    /// given to anybody, so it counts as absent. Stripe's search is not used: it lags, and must not prove that something is absent.
    /// </summary>
    public async Task<Answer<PaymentIntent?>> PaymentIntent(string operationId, string transferGroup, CancellationToken ct)
    {
        var charge = await Find(after => PaymentIntents.ChargesOf(transferGroup, after), charge => charge.Id,
            charge => charge.PaymentIntent.Value?.Metadata.GetValueOrDefault(OperationId) == operationId, ct);
        if (charge is not Succeeded<Charge?>(var found, _)) return new NotNow<PaymentIntent?>("the charges could not be read");
        if (found is null) return new Succeeded<PaymentIntent?>(null);

        return await stripe.Read(PaymentIntents.Read(found.PaymentIntent.Id!), ct) switch
        {
            Succeeded<PaymentIntent>(var intent, _) => new Succeeded<PaymentIntent?>(intent),
            RequiresAction<PaymentIntent>(var intent) => new Succeeded<PaymentIntent?>(intent),
            _ => new NotNow<PaymentIntent?>("the payment could not be read"),
        };
    }

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
