using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

public static class PaymentIntentRoutes
{
    public static void Map(StripeRoutes routes)
    {
        routes.Post("/v1/payment_intents", Create);
        routes.Get("/v1/payment_intents", List);
        routes.Get("/v1/payment_intents/search", Search);
        routes.Get("/v1/payment_intents/{id}", call => account => account.PaymentIntents.Get(call.Id));
        routes.Post("/v1/payment_intents/{id}", Update);
        routes.Post("/v1/payment_intents/{id}/confirm", Confirm);
        routes.Post("/v1/payment_intents/{id}/capture", Capture);
        routes.Post("/v1/payment_intents/{id}/cancel", Cancel);
    }

    static Func<Account, object> Create(Call call)
    {
        var p = call.Parameters;
        var currency = AmountRules.Currency(p);
        var amount = AmountRules.Charge(p, currency);
        if (p.List("payment_method_types").Any(type => type != "card"))
            throw StripeError.Invalid("Only cards are simulated.", param: "payment_method_types");
        var captureMethod = p.Choice("capture_method", "automatic", "automatic_async", "manual") ?? "automatic_async";
        p.Choice("confirmation_method", "automatic");
        var (details, confirming) = (IntentDetails.Read(p), ReadConfirming(call, offeredOnlyWith: "confirm"));
        var confirm = p.Flag("confirm") ?? false;
        if (confirm && details.PaymentMethod is null)
            throw StripeError.Invalid("You cannot confirm this PaymentIntent because it's missing a payment method.",
                "payment_intent_unexpected_state", "payment_method");

        return account =>
        {
            var id = account.NewId("pi");
            var intent = new PaymentIntent
            {
                Id = id,
                Created = account.Now,
                Amount = amount,
                Currency = currency,
                CaptureMethod = captureMethod,
                ClientSecret = account.NewSecret(id),
                Status = IntentStatus.RequiresPaymentMethod,
            };
            var method = details.Apply(account, intent);
            account.PaymentIntents.Add(intent);
            if (confirm) confirming.Confirm(account, intent, method!);
            return intent;
        };
    }

    static Func<Account, object> Update(Call call)
    {
        var p = call.Parameters;
        var (amount, details) = (p.Integer("amount"), IntentDetails.Read(p));
        return account =>
        {
            var intent = account.PaymentIntents.Get(call.Id);
            if (!intent.AwaitsConfirmation && (amount ?? intent.Amount) != intent.Amount) throw StripeError.WrongState(intent, "updated");
            if (amount is not null) intent.Amount = AmountRules.Charge(p, intent.Currency);
            details.Apply(account, intent);
            return intent;
        };
    }

    static Func<Account, object> Confirm(Call call)
    {
        var (details, confirming) = (IntentDetails.Read(call.Parameters), ReadConfirming(call, offeredOnlyWith: null));
        return account =>
        {
            var intent = account.PaymentIntents.Get(call.Id);
            if (!intent.AwaitsConfirmation) throw StripeError.WrongState(intent, "confirmed");
            details.Apply(account, intent);
            if (intent.PaymentMethod is null)
                throw StripeError.Invalid("You cannot confirm this PaymentIntent because it's missing a payment method.",
                    "payment_intent_unexpected_state", "payment_method");
            confirming.Confirm(account, intent, account.PaymentMethods.Get(intent.PaymentMethod));
            return intent;
        };
    }

    static Func<Account, object> Capture(Call call)
    {
        var p = call.Parameters;
        var amount = p.Integer("amount_to_capture");
        var metadata = p.Metadata();
        p.Text("statement_descriptor_suffix", 22);
        if (p.Flag("final_capture") is false)
            throw StripeError.Invalid("This card does not offer more than one capture.", param: "final_capture");
        return account =>
        {
            var intent = account.PaymentIntents.Get(call.Id);
            if (intent.Status != IntentStatus.RequiresCapture) throw StripeError.WrongState(intent, "captured");
            var captured = AmountRules.Part(amount ?? intent.AmountCapturable, intent.Currency, "amount_to_capture");
            if (captured > intent.AmountCapturable)
                throw StripeError.Invalid("The amount to capture is greater than what is held.", "amount_too_large", "amount_to_capture");
            Holding.Capture(account, intent, captured);
            MetadataRules.Merge(intent.Metadata, metadata);
            return intent;
        };
    }

    static Func<Account, object> Cancel(Call call)
    {
        var reason = call.Parameters.Choice("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        return account =>
        {
            var intent = account.PaymentIntents.Get(call.Id);
            if (intent.Status is IntentStatus.Succeeded or IntentStatus.Canceled) throw StripeError.WrongState(intent, "canceled");
            Holding.Cancel(account, intent, reason);
            return intent;
        };
    }

    static Func<Account, object> List(Call call)
    {
        var (customer, page) = (call.Parameters.Text("customer"), Page.Of(call.Parameters));
        return account => page.Take("/v1/payment_intents", account.PaymentIntents, intent => customer is null || intent.Customer == customer);
    }

    static Func<Account, object> Search(Call call)
    {
        var query = SearchQuery.Parse(call.Parameters.RequiredText("query"));
        var limit = call.Parameters.Integer("limit") ?? 10;
        call.Parameters.Text("page");
        return account => query.Find("/v1/payment_intents/search", account.PaymentIntents, (int)limit,
            (intent, field) => field == "status" ? intent.Status : field == "customer" ? intent.Customer : intent.Metadata.GetValueOrDefault(field));
    }

    static Confirming ReadConfirming(Call call, string? offeredOnlyWith)
    {
        var p = call.Parameters;
        var confirming = new Confirming(p.Flag("off_session") ?? false, p.Flag("error_on_requires_action") ?? false, p.Text("return_url"), call.BaseUrl);
        p.Flag("use_stripe_sdk");
        foreach (var name in new[] { "off_session", "error_on_requires_action", "return_url" })
        {
            if (offeredOnlyWith is not null && p.Has(name) && p.Flag(offeredOnlyWith) is not true)
                throw StripeError.Invalid($"You cannot set {name} without {offeredOnlyWith}=true.", param: name);
        }
        return confirming;
    }
}
