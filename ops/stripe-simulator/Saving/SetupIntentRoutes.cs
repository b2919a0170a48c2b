using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Saving;

public static class SetupIntentRoutes
{
    public static void Map(StripeRoutes routes)
    {
        routes.Post("/v1/setup_intents", Create);
        routes.Get("/v1/setup_intents/{id}", call => account => account.SetupIntents.Get(call.Id));
        routes.Post("/v1/setup_intents/{id}/confirm", Confirm);
        routes.Post("/v1/setup_intents/{id}/cancel", Cancel);
    }

    static Func<Account, object> Create(Call call)
    {
        var p = call.Parameters;
        var (customer, method, description) = (p.Text("customer"), p.Text("payment_method"), p.Text("description"));
        var usage = p.Choice("usage", "off_session", "on_session") ?? "off_session";
        var (confirm, returnUrl, metadata) = (p.Flag("confirm") ?? false, p.Text("return_url"), p.Metadata());
        p.List("payment_method_types");
        if (confirm && method is null) throw p.Missing("payment_method");
        return account =>
        {
            if (customer is not null) account.Customers.Get(customer, "customer");
            var id = account.NewId("seti");
            var intent = new SetupIntent
            {
                Id = id,
                Created = account.Now,
                ClientSecret = account.NewSecret(id),
                Customer = customer,
                Description = description,
                Usage = usage,
                Status = IntentStatus.RequiresPaymentMethod,
            };
            MetadataRules.Merge(intent.Metadata, metadata);
            account.SetupIntents.Add(intent);
            if (method is not null) Choose(account, intent, method);
            if (confirm) Confirm(account, intent, call.BaseUrl, returnUrl);
            return intent;
        };
    }

    static Func<Account, object> Confirm(Call call)
    {
        var (method, returnUrl) = (call.Parameters.Text("payment_method"), call.Parameters.Text("return_url"));
        return account =>
        {
            var intent = account.SetupIntents.Get(call.Id);
            if (!intent.AwaitsConfirmation) throw StripeError.WrongState(intent, "confirmed");
            if (method is not null) Choose(account, intent, method);
            if (intent.PaymentMethod is null) throw StripeError.WrongState(intent, "confirmed");
            Confirm(account, intent, call.BaseUrl, returnUrl);
            return intent;
        };
    }

    static Func<Account, object> Cancel(Call call)
    {
        var reason = call.Parameters.Choice("cancellation_reason", "abandoned", "duplicate", "requested_by_customer");
        return account =>
        {
            var intent = account.SetupIntents.Get(call.Id);
            if (!intent.AwaitsConfirmation) throw StripeError.WrongState(intent, "canceled");
            intent.Status = IntentStatus.Canceled;
            intent.CancellationReason = reason;
            intent.NextAction = null;
            return intent;
        };
    }

    static void Choose(Account account, SetupIntent intent, string method)
    {
        intent.PaymentMethod = PaymentMethods.Usable(account, method, intent.Customer, user: intent.Id).Id;
        intent.Status = IntentStatus.RequiresConfirmation;
    }

    static void Confirm(Account account, SetupIntent intent, string baseUrl, string? returnUrl)
    {
        var method = account.PaymentMethods.Get(intent.PaymentMethod!);
        if (method.Behaviour is { RefusesAttaching: true, Decline: { } decline })
        {
            intent.Status = IntentStatus.RequiresPaymentMethod;
            intent.PaymentMethod = null;
            intent.LastSetupError = PaymentMethods.Refusal(decline, method).Body;
            throw new StripeError(402, intent.LastSetupError with { SetupIntent = intent });
        }
        if (method.Behaviour.Authentication is Authentication.Never or Authentication.Optional)
        {
            Succeed(account, intent);
            return;
        }
        intent.Status = IntentStatus.RequiresAction;
        intent.NextAction = NextAction.For(intent.Id, baseUrl, returnUrl);
    }

    public static void Authenticated(Account account, SetupIntent intent, bool passed)
    {
        if (intent.Status != IntentStatus.RequiresAction) throw StripeError.WrongState(intent, "authenticated");
        intent.NextAction = null;
        if (passed)
        {
            Succeed(account, intent);
            return;
        }
        intent.Status = IntentStatus.RequiresPaymentMethod;
        intent.PaymentMethod = null;
        intent.LastSetupError = new ErrorBody
        {
            Type = "invalid_request_error",
            Code = "setup_intent_authentication_failure",
            Message = "The provided PaymentMethod has failed authentication.",
        };
    }

    static void Succeed(Account account, SetupIntent intent)
    {
        intent.Status = IntentStatus.Succeeded;
        if (intent.Customer is { } customer)
            PaymentMethods.Attach(account.PaymentMethods.Get(intent.PaymentMethod!), customer, setUp: intent.Usage == "off_session");
    }
}
