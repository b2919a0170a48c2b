using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Cards;

public static class PaymentMethodRoutes
{
    public static void Map(StripeRoutes routes)
    {
        routes.Post("/v1/payment_methods", Create);
        routes.Get("/v1/payment_methods", List);
        routes.Get("/v1/payment_methods/{id}", call => account => PaymentMethods.Resolve(account, call.Id));
        routes.Post("/v1/payment_methods/{id}/attach", Attach);
        routes.Post("/v1/payment_methods/{id}/detach", Detach);
        routes.Get("/v1/customers/{id}/payment_methods", ListOfCustomer);
    }

    static Func<Account, object> Create(Call call)
    {
        var p = call.Parameters;
        if (p.RequiredText("type") != "card") throw StripeError.Invalid("Only cards are simulated.", param: "type");
        p.Text("allow_redisplay");
        var metadata = p.Metadata() ?? [];
        var billing = p.Group("billing_details");
        var details = new BillingDetails(billing.Text("name"), billing.Text("email", 512), billing.Text("phone"));
        billing.Group("address");
        var card = p.Group("card");
        var (token, number) = (card.Text("token"), card.Text("number"));
        if (number is not null)
        {
            card.Integer("exp_month");
            card.Integer("exp_year");
            card.Text("cvc");
        }
        else if (token is null) throw p.Missing("card");

        return account =>
        {
            var behaviour = number is null ? TestCards.Named(token!) : Known(number);
            if (behaviour is null) throw StripeError.NoSuch("token", token!, "card[token]");
            var method = PaymentMethods.Make(account, behaviour, details);
            method.Metadata = metadata;
            return method;
        };
    }

    static TestCard Known(string number) => TestCards.Numbered(number) ?? throw new StripeError(402, new ErrorBody
    {
        Type = "card_error",
        Code = "incorrect_number",
        Message = "Your card number is incorrect.",
        Param = "card[number]",
    });

    static Func<Account, object> List(Call call)
    {
        var (p, page) = (call.Parameters, Page.Of(call.Parameters));
        var customer = p.Text("customer");
        p.Choice("type", "card");
        return account => page.Take("/v1/payment_methods", account.PaymentMethods, method => customer is not null && method.Customer == customer);
    }

    static Func<Account, object> ListOfCustomer(Call call)
    {
        var page = Page.Of(call.Parameters);
        call.Parameters.Choice("type", "card");
        return account =>
        {
            account.Customers.Get(call.Id);
            return page.Take($"/v1/customers/{call.Id}/payment_methods", account.PaymentMethods, method => method.Customer == call.Id);
        };
    }

    static Func<Account, object> Attach(Call call)
    {
        var customer = call.Parameters.RequiredText("customer");
        return account =>
        {
            account.Customers.Get(customer, "customer");
            var method = PaymentMethods.Usable(account, call.Id, customer, user: customer);
            if (method.Behaviour is { RefusesAttaching: true, Decline: { } decline }) throw PaymentMethods.Refusal(decline, method);
            PaymentMethods.Attach(method, customer);
            return method;
        };
    }

    static Func<Account, object> Detach(Call call) => account =>
    {
        var method = account.PaymentMethods.Get(call.Id);
        if (method.Customer is null)
            throw StripeError.Invalid("The payment method you provided is not attached to a customer so detachment is impossible.");
        method.Customer = null;
        method.Detached = true;
        return method;
    };
}
