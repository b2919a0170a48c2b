using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Refunding;

public static class RefundRoutes
{
    public static void Map(StripeRoutes routes)
    {
        routes.Post("/v1/refunds", Create);
        routes.Get("/v1/refunds", List);
        routes.Get("/v1/refunds/{id}", call => account => account.Refunds.Get(call.Id));
        routes.Post("/v1/refunds/{id}", Update);
    }

    static Func<Account, object> Create(Call call)
    {
        var p = call.Parameters;
        var (intentId, chargeId, amount) = (p.Text("payment_intent"), p.Text("charge"), p.Integer("amount"));
        if (intentId is null && chargeId is null) throw p.Missing("payment_intent");
        var reason = p.Choice("reason", "duplicate", "fraudulent", "requested_by_customer");
        var metadata = p.Metadata();
        if (p.Flag("reverse_transfer") is true)
            throw StripeError.Invalid("This charge has no transfer to reverse.", param: "reverse_transfer");
        return account =>
        {
            var charge = Find(account, intentId, chargeId);
            if (!charge.Captured) throw StripeError.Invalid("This charge has not been captured: cancel its PaymentIntent.", "charge_not_refundable");
            var left = charge.Amount - charge.AmountRefunded;
            if (left == 0) throw StripeError.Invalid($"Charge {charge.Id} has already been refunded.", "charge_already_refunded");
            var refunded = AmountRules.Part(amount ?? left, charge.Currency, "amount");
            if (refunded > left)
                throw StripeError.Invalid($"Refund amount ({refunded}) is greater than unrefunded amount on charge ({left})", param: "amount");
            return Make(account, charge, refunded, reason, metadata);
        };
    }

    static Charge Find(Account account, string? intentId, string? chargeId)
    {
        if (intentId is null) return account.Charges.Get(chargeId!, "charge");
        var intent = account.PaymentIntents.Get(intentId, "payment_intent");
        return intent.LatestCharge is { } latest
            ? account.Charges.Get(latest)
            : throw StripeError.Invalid("This PaymentIntent does not have a successful charge to refund.", param: "payment_intent");
    }

    static Refund Make(Account account, Charge charge, long amount, string? reason, Dictionary<string, string>? metadata)
    {
        var refund = new Refund
        {
            Id = account.NewId("re"),
            Created = account.Now,
            Amount = amount,
            Currency = charge.Currency,
            Charge = charge.Id,
            PaymentIntent = charge.PaymentIntent,
            Reason = reason,
            Status = "succeeded",
        };
        MetadataRules.Merge(refund.Metadata, metadata);
        charge.AmountRefunded += amount;
        charge.Refunded = charge.AmountRefunded == charge.Amount;
        account.Refunds.Add(refund);
        Settling.Begin(account, refund, account.PaymentMethods.Get(charge.PaymentMethod).Behaviour.Refund);
        return refund;
    }

    static Func<Account, object> List(Call call)
    {
        var (p, page) = (call.Parameters, Page.Of(call.Parameters));
        var (intent, charge) = (p.Text("payment_intent"), p.Text("charge"));
        return account => page.Take("/v1/refunds", account.Refunds, refund =>
            (intent is null || refund.PaymentIntent == intent) && (charge is null || refund.Charge == charge));
    }

    static Func<Account, object> Update(Call call)
    {
        var metadata = call.Parameters.Metadata();
        return account =>
        {
            var refund = account.Refunds.Get(call.Id);
            MetadataRules.Merge(refund.Metadata, metadata);
            return refund;
        };
    }
}
