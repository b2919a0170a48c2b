using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Paying;

/// <summary>Asking the issuer: yes, no, or show me the cardholder first.</summary>
public sealed record Confirming(bool OffSession, bool ErrorOnRequiresAction, string? ReturnUrl, string BaseUrl)
{
    public void Confirm(Account account, PaymentIntent intent, PaymentMethod method)
    {
        intent.OffSession = OffSession;
        intent.PaymentMethod = method.Id;
        intent.LastPaymentError = null;
        intent.NextAction = null;
        var card = method.Behaviour;

        if (card.Decline is { } decline) throw Refuse(account, intent, method, decline);
        if (!WantsCardholder(intent, method))
        {
            // the issuer of such a card says no even without asking for the cardholder
            if (OffSession && card.DeclineAfterAuthentication is { } later) throw Refuse(account, intent, method, later);
            Approve(account, intent, method);
            return;
        }
        if (OffSession || ErrorOnRequiresAction)
            throw Refuse(account, intent, method, new Decline("authentication_required", "authentication_required"));
        intent.Status = IntentStatus.RequiresAction;
        intent.NextAction = NextAction.For(intent.Id, BaseUrl, ReturnUrl);
    }

    bool WantsCardholder(PaymentIntent intent, PaymentMethod method) => method.Behaviour.Authentication switch
    {
        Authentication.Always => true,
        Authentication.UntilSetUp => !(OffSession && method.SetUpForOffSession),
        Authentication.OnSession => !OffSession,
        Authentication.Optional => intent.Options.AsksForAuthentication && !OffSession,
        _ => false,
    };

    /// <summary>The guest came back from the bank.</summary>
    public static void Authenticated(Account account, PaymentIntent intent, bool passed)
    {
        if (intent.Status != IntentStatus.RequiresAction) throw StripeError.WrongState(intent, "authenticated");
        var method = account.PaymentMethods.Get(intent.PaymentMethod!);
        intent.NextAction = null;
        if (!passed)
        {
            intent.Status = IntentStatus.RequiresPaymentMethod;
            intent.PaymentMethod = null;
            intent.LastPaymentError = new ErrorBody
            {
                Type = "invalid_request_error",
                Code = "payment_intent_authentication_failure",
                Message = "The provided PaymentMethod has failed authentication.",
                PaymentMethod = method,
            };
            return;
        }
        if (method.Behaviour.DeclineAfterAuthentication is not { } decline) Approve(account, intent, method);
        else _ = Refuse(account, intent, method, decline);
    }

    static void Approve(Account account, PaymentIntent intent, PaymentMethod method)
    {
        var charge = Charge(account, intent, method, decline: null);
        intent.LatestCharge = charge.Id;
        if (intent.SetupFutureUsage is { } usage && intent.Customer is { } customer)
            PaymentMethods.Attach(method, customer, setUp: usage == "off_session");
        if (intent.CaptureMethod != "manual")
        {
            Holding.Capture(account, intent, intent.Amount);
            return;
        }
        intent.Status = IntentStatus.RequiresCapture;
        intent.AmountCapturable = intent.Amount;
        account.Schedule(intent.Id, charge.PaymentMethodDetails.Card.CaptureBefore!.Value);
    }

    static StripeError Refuse(Account account, PaymentIntent intent, PaymentMethod method, Decline decline)
    {
        var charge = Charge(account, intent, method, decline);
        intent.LatestCharge = charge.Id;
        intent.Status = IntentStatus.RequiresPaymentMethod;
        intent.PaymentMethod = null;
        intent.LastPaymentError = PaymentMethods.Refusal(decline, method).Body with { Charge = charge.Id };
        return new StripeError(402, intent.LastPaymentError with { PaymentIntent = intent });
    }

    static Charge Charge(Account account, PaymentIntent intent, PaymentMethod method, Decline? decline)
    {
        method.UsedBy ??= intent.Id;
        var card = method.Card;
        var charge = new Charge
        {
            Id = account.NewId("ch"),
            Created = account.Now,
            Amount = intent.Amount,
            Currency = intent.Currency,
            Customer = intent.Customer,
            Description = intent.Description,
            BillingDetails = method.BillingDetails,
            Metadata = new Dictionary<string, string>(intent.Metadata),
            PaymentIntent = intent.Id,
            PaymentMethod = method.Id,
            TransferGroup = intent.TransferGroup ??= $"group_{intent.Id}",
            StatementDescriptorSuffix = intent.StatementDescriptorSuffix,
            Paid = decline is null,
            Status = decline is null ? "succeeded" : "failed",
            FailureCode = decline?.Code,
            FailureMessage = decline?.Message,
            Outcome = decline is null
                ? new ChargeOutcome("authorized", "approved_by_network", null, method.Behaviour.RiskLevel, "Payment complete.")
                : new ChargeOutcome(decline.Blocked ? "blocked" : "issuer_declined", decline.Blocked ? "not_sent_to_network" : "declined_by_network",
                    decline.DeclineCode ?? decline.Code, method.Behaviour.RiskLevel, decline.Message),
            PaymentMethodDetails = new PaymentMethodDetails(new ChargeCard(card.Brand, card.Last4, card.Country, card.Funding, card.Fingerprint)
            {
                Checks = card.Checks,
                AmountAuthorized = intent.Amount,
                CaptureBefore = decline is null && intent.CaptureMethod == "manual"
                    ? account.Now + (long)Holding.Window(intent, method).TotalSeconds
                    : null,
                ExtendedAuthorization = new Feature(Holding.IsExtended(intent) ? "enabled" : "disabled"),
            }),
        };
        account.Charges.Add(charge);
        return charge;
    }
}
