using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Refunding;

/// <summary>Some refunds are decided later: a pending one arrives, or one that looked done comes back.</summary>
public static class Settling
{
    static readonly long UntilPendingSucceeds = (long)TimeSpan.FromMinutes(10).TotalSeconds;
    static readonly long UntilFailure = (long)TimeSpan.FromHours(1).TotalSeconds;

    public static void Begin(Account account, Refund refund, RefundFate fate)
    {
        if (fate is RefundFate.PendingFirst)
        {
            refund.Status = "pending";
            refund.PendingReason = "processing";
            account.Schedule(refund.Id, account.Now + UntilPendingSucceeds);
        }
        if (fate is RefundFate.FailsLater) account.Schedule(refund.Id, account.Now + UntilFailure);
    }

    public static void Settle(Account account, Refund refund)
    {
        if (refund.Status == "pending")
        {
            refund.Status = "succeeded";
            refund.PendingReason = null;
            return;
        }
        var charge = account.Charges.Get(refund.Charge);
        refund.Status = "failed";
        refund.FailureReason = "expired_or_canceled_card";
        charge.AmountRefunded -= refund.Amount;
        charge.Refunded = false;
    }
}
