using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

/// <summary>What creating, updating and confirming a PaymentIntent have in common.</summary>
public sealed record IntentDetails(
    string? PaymentMethod, string? Customer, string? Description, string? ReceiptEmail, string? Suffix, string? TransferGroup,
    string? SetupFutureUsage, CardOptions? Options, Dictionary<string, string>? Metadata)
{
    public static IntentDetails Read(Parameters p)
    {
        if (p.Has("statement_descriptor"))
            throw StripeError.Invalid("A card payment takes statement_descriptor_suffix only.", param: "statement_descriptor");
        return new IntentDetails(p.Text("payment_method"), p.Text("customer"), p.Text("description"), p.Text("receipt_email"),
            p.Text("statement_descriptor_suffix", 22), p.Text("transfer_group"),
            p.Choice("setup_future_usage", "off_session", "on_session"), ReadOptions(p), p.Metadata());
    }

    static CardOptions? ReadOptions(Parameters p)
    {
        if (!p.Has("payment_method_options")) return null;
        var card = p.Group("payment_method_options").Group("card");
        foreach (var wish in new[] { "request_multicapture", "request_overcapture", "request_incremental_authorization" })
            card.Choice(wish, "if_available", "never");
        return new CardOptions(card.Choice("request_three_d_secure", "automatic", "any", "challenge"),
            card.Choice("request_extended_authorization", "if_available", "never"));
    }

    /// <returns>The payment method that was named, as an object of its own.</returns>
    public PaymentMethod? Apply(Account account, PaymentIntent intent)
    {
        if (Customer is not null) account.Customers.Get(Customer, "customer");
        var method = PaymentMethod is null ? null : PaymentMethods.Usable(account, PaymentMethod, Customer ?? intent.Customer, user: intent.Id);

        intent.Customer = Customer ?? intent.Customer;
        intent.Description = Description ?? intent.Description;
        intent.ReceiptEmail = ReceiptEmail ?? intent.ReceiptEmail;
        intent.StatementDescriptorSuffix = Suffix ?? intent.StatementDescriptorSuffix;
        intent.TransferGroup ??= TransferGroup;
        intent.SetupFutureUsage = SetupFutureUsage ?? intent.SetupFutureUsage;
        intent.Options = Options ?? intent.Options;
        MetadataRules.Merge(intent.Metadata, Metadata);
        if (method is null) return null;

        intent.PaymentMethod = method.Id;
        if (intent.AwaitsConfirmation) intent.Status = IntentStatus.RequiresConfirmation;
        return method;
    }
}
