using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

/// <summary>Read only: charges are made, captured and released through their PaymentIntent.</summary>
public static class ChargeRoutes
{
    public static void Map(StripeRoutes routes)
    {
        routes.Get("/v1/charges", List);
        routes.Get("/v1/charges/{id}", call => account => account.Charges.Get(call.Id));
    }

    static Func<Account, object> List(Call call)
    {
        var (p, page) = (call.Parameters, Page.Of(call.Parameters));
        var (intent, customer, group) = (p.Text("payment_intent"), p.Text("customer"), p.Text("transfer_group"));
        return account => page.Take("/v1/charges", account.Charges, charge =>
            (intent is null || charge.PaymentIntent == intent)
            && (customer is null || charge.Customer == customer)
            && (group is null || charge.TransferGroup == group));
    }
}
