using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Cards;

/// <summary>Finding the card that a parameter names, and who may use it.</summary>
public static class PaymentMethods
{
    /// <summary>A magic id is a template: what is used is a payment method of its own, made on the spot.</summary>
    public static PaymentMethod Resolve(Account account, string id) =>
        TestCards.Named(id) is { } card ? Make(account, card, new BillingDetails()) : account.PaymentMethods.Get(id, "payment_method");

    public static PaymentMethod Make(Account account, TestCard card, BillingDetails billing)
    {
        var method = new PaymentMethod
        {
            Id = account.NewId("pm"),
            Created = account.Now,
            Behaviour = card,
            BillingDetails = billing,
            Card = new PaymentMethodCard(card.Brand, card.Last4, card.Country, card.Funding, $"fp{card.Brand}{card.Last4}")
            {
                Checks = new CardChecks(card.CvcCheck),
            },
        };
        account.PaymentMethods.Add(method);
        return method;
    }

    public static PaymentMethod Usable(Account account, string id, string? customer, string user)
    {
        var method = Resolve(account, id);
        if (method.Detached || method is { Customer: null, UsedBy: not null } && method.UsedBy != user)
            throw StripeError.Invalid("The provided PaymentMethod was previously used or detached and may not be used again.", param: "payment_method");
        if (method.Customer is not null && method.Customer != customer)
            throw StripeError.Invalid("The provided PaymentMethod belongs to a Customer. Supply that customer.", param: "customer");
        return method;
    }

    public static void Attach(PaymentMethod method, string customer, bool setUp = false)
    {
        method.Customer = customer;
        method.SetUpForOffSession |= setUp;
    }

    public static StripeError Refusal(Decline decline, PaymentMethod method) => new(402, new ErrorBody
    {
        Type = "card_error",
        Code = decline.Code,
        DeclineCode = decline.DeclineCode,
        Message = decline.Message,
        PaymentMethod = method,
    });
}
