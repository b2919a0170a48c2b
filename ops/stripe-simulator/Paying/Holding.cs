using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Refunding;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

/// <summary>Money that is set aside on the card but not taken: how long, and how it ends.</summary>
public static class Holding
{
    static readonly TimeSpan GuestPresent = TimeSpan.FromDays(7);
    static readonly TimeSpan VisaOffSession = new(4, 18, 0, 0);
    static readonly TimeSpan Extended = TimeSpan.FromDays(30);
    static readonly TimeSpan ExtendedVisa = new(29, 18, 0, 0);

    public static TimeSpan Window(PaymentIntent intent, PaymentMethod method) => method.Card.Brand switch
    {
        "visa" when IsExtended(intent) => ExtendedVisa,
        _ when IsExtended(intent) => Extended,
        "visa" when intent.OffSession => VisaOffSession,
        _ => GuestPresent,
    };

    public static bool IsExtended(PaymentIntent intent) => intent.Options.RequestExtendedAuthorization == "if_available";

    public static void Capture(Account account, PaymentIntent intent, long amount)
    {
        var charge = account.Charges.Get(intent.LatestCharge!);
        charge.Captured = true;
        charge.AmountCaptured = amount;
        charge.AmountRefunded = charge.Amount - amount;
        charge.PaymentMethodDetails.Card.CaptureBefore = null;
        intent.Status = IntentStatus.Succeeded;
        intent.AmountReceived = amount;
        intent.AmountCapturable = 0;
    }

    public static void Cancel(Account account, PaymentIntent intent, string? reason)
    {
        if (intent.LatestCharge is { } id && intent.Status == IntentStatus.RequiresCapture) LetGo(account.Charges.Get(id));
        intent.Status = IntentStatus.Canceled;
        intent.CanceledAt = account.Now;
        intent.CancellationReason = reason;
        intent.AmountCapturable = 0;
        intent.NextAction = null;
    }

    /// <summary>The issuer takes the money back when nobody captured it in time.</summary>
    public static void Expire(Account account, PaymentIntent intent)
    {
        if (intent.Status != IntentStatus.RequiresCapture) return;
        Cancel(account, intent, "automatic");
        account.Refunds.Add(new Refund
        {
            Id = account.NewId("re"),
            Created = account.Now,
            Amount = intent.Amount,
            Currency = intent.Currency,
            Charge = intent.LatestCharge!,
            PaymentIntent = intent.Id,
            Reason = "expired_uncaptured_charge",
            Status = "succeeded",
        });
    }

    static void LetGo(Charge charge)
    {
        charge.AmountRefunded = charge.Amount;
        charge.Refunded = true;
    }
}
