using Roost.Payment.Paying;
using Roost.Stripe;

namespace Roost.Payment.Calling;

/// <summary>From Stripe's words for a payment to ours.</summary>
static class Sight
{
    /// <summary>When a charge does not say until when it holds: shorter than any hold that is known.</summary>
    static readonly TimeSpan ShortestHold = new(4, 12, 0, 0);

    /// <returns>Null while Stripe itself has not decided.</returns>
    public static PaymentSeen? Of(StripeStep step, PaymentIntent intent)
    {
        var seen = new PaymentSeen(step.PaymentId, step.StepId, default, WireMoney.FromWire(intent.Amount, intent.Currency));
        return intent.Status switch
        {
            IntentStatus.RequiresCapture => seen with
            {
                Standing = Standing.Held,
                Amount = WireMoney.FromWire(intent.AmountCapturable, intent.Currency),
                CaptureBefore = intent.CaptureBefore ?? DateTimeOffset.FromUnixTimeSeconds(intent.Created) + ShortestHold,
            },
            IntentStatus.Succeeded => seen with { Standing = Standing.Taken, Amount = WireMoney.FromWire(intent.AmountReceived, intent.Currency) },
            IntentStatus.Canceled => seen with { Standing = Standing.LetGo },
            IntentStatus.RequiresAction => seen with { Standing = Standing.GuestMustAct },
            IntentStatus.RequiresPaymentMethod => seen with { Standing = Standing.Declined, Code = WhyDeclined(intent.LastPaymentError) },
            _ => null,
        };
    }

    static string WhyDeclined(StripeError? error) => error switch
    {
        { Code: "payment_intent_authentication_failure" } => "authentication_failed",
        { DeclineCode: { } reason and not "generic_decline" } => reason,
        { Code: { } code } => code,
        _ => "card_declined",
    };
}
