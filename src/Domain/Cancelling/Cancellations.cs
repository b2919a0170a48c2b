using Roost.Domain.Pricing;

namespace Roost.Domain.Cancelling;

/// <summary>
/// Who cancels decides: a guest gets what the policy says, a host or the system gives everything back, staff say an amount,
/// and somebody who never came gets nothing. Tax follows what it was charged on.
/// </summary>
public static class Cancellations
{
    const int All = 10_000;

    public static Cancellation ByGuest(CancellableBooking booking, DateTimeOffset at)
    {
        var policy = booking.Policy;
        if (at >= booking.CheckInAt)
        {
            var later = NightsFrom(booking, booking.Times.Today(at).AddDays(1)).BasisPoints(policy.UnusedNightsBasisPoints);
            var said = $"{policy.Name}: after check-in {Percent.Text(policy.UnusedNightsBasisPoints)} of the nights of later days";
            return Outcome(CancelledBy.Guest, at, booking, said, nights: later, cleaning: 0, serviceFee: 0);
        }

        var rule = policy.RuleAt(booking.CheckInAt, at) ?? new CancellationRule(0, 0, 0);
        var nights = booking.Price.Accommodation.BasisPoints(rule.NightsBasisPoints);
        var text = rule.NightsBasisPoints == 0
            ? $"{policy.Name}: too late for a refund of nights"
            : $"{policy.Name}: {Percent.Text(rule.NightsBasisPoints)} of the nights more than {rule.HoursBeforeCheckIn} h before check-in";
        return Outcome(CancelledBy.Guest, at, booking, text, nights, cleaning: All, rule.ServiceFeeBasisPoints);
    }

    /// <summary>Everything before check-in; afterwards what the guest no longer gets, tonight included. The host pays a penalty.</summary>
    public static Cancellation ByHost(CancellableBooking booking, DateTimeOffset at) =>
        NotTheGuestsFault(CancelledBy.Host, booking, at) with { HostPenalty = HostPenalties.Of(booking, at) };

    public static Cancellation BySystem(CancellableBooking booking, DateTimeOffset at) => NotTheGuestsFault(CancelledBy.System, booking, at);

    /// <summary>Staff say how much. Check the amount first with <see cref="Refunds.Refusal"/>.</summary>
    public static Cancellation ByStaff(CancellableBooking booking, DateTimeOffset at, Money refund) =>
        Outcome(CancelledBy.Staff, at, booking, "decided by staff", Refunds.OfAmount(booking.Price, booking.Refunded, refund, "decided by staff"));

    /// <summary>The place was kept for somebody who did not come and did not say so.</summary>
    public static Cancellation NoShow(CancellableBooking booking, DateTimeOffset at) =>
        Outcome(CancelledBy.NoShow, at, booking, "no-show: nothing goes back", Money.Zero(booking.Price.Currency), cleaning: 0, serviceFee: 0);

    static Cancellation NotTheGuestsFault(CancelledBy by, CancellableBooking booking, DateTimeOffset at)
    {
        var price = booking.Price;
        if (at < booking.CheckInAt)
        {
            const string Why = "not the guest's fault: everything goes back";
            return Outcome(by, at, booking, Why, Refunds.Everything(price, booking.Refunded, Why));
        }

        var unused = NightsFrom(booking, booking.Times.Today(at));
        var serviceFee = price.Accommodation.IsZero()
            ? price.ServiceFee.Amount
            : price.ServiceFee.Amount.Times(unused.Amount, price.Accommodation.Amount);
        var text = "not the guest's fault: the nights from today on, their service fee, and cleaning go back";
        var targets = Targets(price, text, unused, price.CleaningFee, serviceFee, price.KeptFromChanges);
        return Outcome(by, at, booking, text, Refunds.UpTo(targets, price, booking.Refunded));
    }

    static Cancellation Outcome(
        CancelledBy by, DateTimeOffset at, CancellableBooking booking, string rule, Money nights, int cleaning, int serviceFee)
    {
        var price = booking.Price;
        var targets = Targets(price, rule, nights,
            price.CleaningFee.BasisPoints(cleaning), price.ServiceFee.Amount.BasisPoints(serviceFee), kept: Money.Zero(price.Currency));
        return Outcome(by, at, booking, rule, Refunds.UpTo(targets, price, booking.Refunded));
    }

    static Cancellation Outcome(CancelledBy by, DateTimeOffset at, CancellableBooking booking, string rule, Refund refund) =>
        new(by, at, refund, Refunds.Remaining(booking.Price, booking.Refunded) - refund.Total, Money.Zero(booking.Price.Currency), rule);

    static IReadOnlyList<RefundTarget> Targets(PriceBreakdown price, string rule, Money nights, Money cleaning, Money serviceFee, Money kept) =>
    [
        new(nights, rule),
        new(cleaning, cleaning.IsZero() ? "cleaning has been or will be done" : "nobody has stayed, nothing to clean"),
        new(serviceFee, Share(serviceFee, price.ServiceFee.Amount)),
        .. price.Taxes.Select(tax => Tax(tax, nights, cleaning, serviceFee)),
        new(kept, kept.IsZero() ? "stays kept" : rule),
    ];

    /// <summary>Tax goes back in proportion to what is no longer taxed; all of it exactly when nothing remains.</summary>
    static RefundTarget Tax(TaxLine tax, Money nights, Money cleaning, Money serviceFee)
    {
        var untaxed = tax.On.Of(nights, cleaning, serviceFee);
        return tax.Base.IsZero()
            ? new(tax.Base, "nothing was taxed")
            : new(tax.Amount.Times(untaxed.Amount, tax.Base.Amount), $"{tax.Jurisdiction}: tax on {untaxed} of {tax.Base}");
    }

    static string Share(Money part, Money whole) =>
        part.IsZero() ? "the service fee is earned" : part == whole ? "the service fee goes back" : "the service fee of the nights not spent";

    static Money NightsFrom(CancellableBooking booking, DateOnly first) =>
        booking.Price.Units
            .SelectMany(unit => unit.Nights.Where(night => night.Date >= first).Select(night => night.Price * unit.Quantity))
            .Sum(booking.Price.Currency);
}
