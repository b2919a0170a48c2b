using Roost.Payment.Paying;
using Roost.Stripe;

namespace Roost.Payment.Calling;

/// <summary>
/// Takes one step to Stripe's counter and comes back with what is known. Touches no database. Whoever wants to call Stripe does it here:
/// a convention test sees to it that no handler can.
/// </summary>
public sealed class Teller(StripeClient stripe, Lookup lookup)
{
    public async Task<Word> Ask(StripeStep step, CancellationToken ct)
    {
        if (step.Kind is StepKind.Look) return await Read(step, step.IntentId!, ct);
        if (step.MustLook || step.IsOld) return await LookFirst(step, ct);
        if (step.Kind is StepKind.GiveBack) return Refunded(step, await stripe.Send(new StripeRequest<Refund>(step.Path, step.Form), step.Key, ct));
        return await Payment(step, await stripe.Send(new StripeRequest<PaymentIntent>(step.Path, step.Form), step.Key, ct), ct);
    }

    async Task<Word> Payment(StripeStep step, Answer<PaymentIntent> answer, CancellationToken ct) => answer switch
    {
        // a replay is a picture of the first time
        Succeeded<PaymentIntent>(var intent, Replayed: true) => await Read(step, intent.Id, ct),
        Succeeded<PaymentIntent>(var intent, _) => See(step, intent, answer.RequestId),
        RequiresAction<PaymentIntent>(var intent) => See(step, intent, answer.RequestId),
        Declined<PaymentIntent> no => Decline(step, no.Code, no.Error.PaymentIntent?.Id, answer.RequestId),
        Refused<PaymentIntent>(var error) when step.Kind is StepKind.Hold =>
            Decline(step, CodeOf(error), error.PaymentIntent?.Id, answer.RequestId),
        // the state forbids it: whatever it is now is what counts
        Refused<PaymentIntent>(var error) => await Read(step, step.IntentId!, ct) is Seen seen
            ? seen with { Answer = seen.Answer with { Code = CodeOf(error) } }
            : Later(unknown: true),
        Unknown<PaymentIntent>(var because) => Later(unknown: true, mustLook: because is not UnknownBecause.NoAnswer),
        _ => Later(unknown: false),
    };

    static Word Refunded(StripeStep step, Answer<Refund> answer) => answer switch
    {
        Succeeded<Refund>(var refund, _) => See(step, refund, answer.RequestId),
        Refused<Refund>(var error) => new NotGivenBack(new MoneyNotGivenBack(step.PaymentId, step.StepId, CodeOf(error))) { RequestId = answer.RequestId },
        Declined<Refund> no => new NotGivenBack(new MoneyNotGivenBack(step.PaymentId, step.StepId, no.Code)) { RequestId = answer.RequestId },
        Unknown<Refund>(var because) => Later(unknown: true, mustLook: because is not UnknownBecause.NoAnswer),
        _ => Later(unknown: false),
    };

    /// <summary>Before a new key is used: did the old one make something?</summary>
    async Task<Word> LookFirst(StripeStep step, CancellationToken ct) => step.Kind switch
    {
        StepKind.Hold => await lookup.PaymentIntent(step.StepId.ToString(), StripeStep.GroupOf(step.BookingId), ct) switch
        {
            Succeeded<PaymentIntent?>({ } intent, _) => See(step, intent, requestId: null),
            Succeeded<PaymentIntent?> => new NothingThere(),
            _ => Later(unknown: true),
        },
        StepKind.GiveBack => await lookup.Refund(step.StepId.ToString(), step.IntentId!, ct) switch
        {
            Succeeded<Refund?>({ } refund, _) => See(step, refund, requestId: null),
            Succeeded<Refund?> => new NothingThere(),
            _ => Later(unknown: true),
        },
        _ => await Read(step, step.IntentId!, ct) switch
        {
            Seen { Answer.Standing: Standing.Taken or Standing.LetGo } decided => decided,
            Seen => new NothingThere(),
            var word => word,
        },
    };

    async Task<Word> Read(StripeStep step, string intentId, CancellationToken ct) => await stripe.Read(PaymentIntents.Read(intentId), ct) switch
    {
        Succeeded<PaymentIntent>(var intent, _) answer => See(step, intent, answer.RequestId),
        RequiresAction<PaymentIntent>(var intent) answer => See(step, intent, answer.RequestId),
        _ => Later(unknown: step.Kind is not StepKind.Look),
    };

    static Word See(StripeStep step, PaymentIntent intent, string? requestId)
    {
        if (Sight.Of(step, intent) is not { } seen) return Later(unknown: true, mustLook: true);
        return new Seen(seen, intent.Id, seen.Standing is Standing.GuestMustAct ? intent.ClientSecret : null) { RequestId = requestId };
    }

    static Word See(StripeStep step, Refund refund, string? requestId) => refund.HasFailed
        ? new NotGivenBack(new MoneyNotGivenBack(step.PaymentId, step.StepId, refund.FailureReason ?? "refund_failed")) { RequestId = requestId }
        : new GivenBack(new MoneyGivenBack(step.PaymentId, step.StepId, step.Amount)) { RequestId = requestId };

    static Seen Decline(StripeStep step, string code, string? intentId, string? requestId) =>
        new(new PaymentSeen(step.PaymentId, step.StepId, Standing.Declined, step.Amount, Code: code), intentId) { RequestId = requestId };

    static NotYet Later(bool unknown, bool mustLook = false) => new(unknown, mustLook);

    static string CodeOf(StripeError error) => error switch
    {
        { Code: "resource_missing", Param: "payment_method" } => "payment_method_unknown",
        { Param: "payment_method" } => "payment_method_unusable",
        { Code: { } code } => code,
        _ => "refused_by_stripe",
    };
}
