using FsCheck;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Changing;
using Roost.Domain.Pricing;
using static Roost.Domain.Tests.Pricing.Stays;

namespace Roost.Domain.Tests.Changing;

/// <summary>Whoever gives a booking up piece by piece gets no more than whoever gives it up at once: a change is no way around the policy.</summary>
public sealed class When_a_change_is_followed_by_a_cancellation
{
    static readonly DateOnly Arrival = new(2027, 6, 7);

    [Test]
    public void Rooms_given_up_on_the_day_of_arrival_cost_what_cancelling_them_costs()
    {
        var booked = Booked(Priced(rooms: 5, nights: 2, cleaning: 30_000));

        var (back, atOnce) = Paid(booked, Priced(rooms: 1, nights: 1, cleaning: 30_000), booked.CheckInAt.AddHours(1));

        Assert.That((back, atOnce), Is.EqualTo((Usd(25_000), Usd(25_000))), "half of the later night of five rooms; nothing of tonight, cleaning and fee");
    }

    [Test]
    public void Nights_that_were_slept_are_not_sold_back()
    {
        var booked = Booked(Priced(rooms: 1, nights: 5, cleaning: 0));

        var (back, atOnce) = Paid(booked, Priced(rooms: 1, nights: 1, cleaning: 0), booked.CheckInAt.AddDays(4));

        Assert.That((back, atOnce), Is.EqualTo((Usd(0), Usd(0))));
    }

    [Test]
    public void Too_late_for_everything_the_fee_stays_earned_also_of_what_is_given_up_first()
    {
        var booked = Booked(Priced(rooms: 5, nights: 5, cleaning: 1_000));

        var (back, atOnce) = Paid(booked, Priced(rooms: 1, nights: 1, cleaning: 1_000), booked.CheckInAt.AddHours(-2));

        Assert.That((back, atOnce), Is.EqualTo((Usd(130_000), Usd(130_000))));
    }

    /// <summary>What one part of the price lost, another does not pay for: the cleaning of more rooms is owed, although fewer nights make the stay cheaper.</summary>
    [Test]
    public void What_is_cheaper_in_one_part_and_dearer_in_another_is_no_way_around_it_either()
    {
        var booked = Booked(Priced(rooms: 1, nights: 10, cleaning: 30_000));

        var (back, atOnce) = Paid(booked, Priced(rooms: 3, nights: 1, cleaning: 30_000), booked.CheckInAt.AddHours(-2));

        Assert.That((back, atOnce), Is.EqualTo((Usd(80_000), Usd(80_000))));
    }

    [Test]
    public void Any_number_of_changes_at_any_time_gives_back_at_most_what_cancelling_at_once_would() =>
        Always.Holds(
            from currency in Some.Currency
            from first in Some.BreakdownIn(currency)
            from policy in Gen.Elements<CancellationPolicy>([.. CancellationPolicies.Offered])
            from times in Some.Times
            from start in Some.Number(-20 * 24, first.Stay.Count * 24)
            from changes in Some.Number(1, 4).SelectMany(count => Change(currency).ArrayOf(count))
            from wait in Some.Number(0, 72)
            select (booking: new CancellableBooking(first, [], policy, times), start, changes, wait),
            it =>
            {
                var (booking, at) = (it.booking, it.booking.CheckInAt.AddHours(it.start));
                var (atOnce, back) = (Cancellations.ByGuest(booking, at).Refund.Total, Money.Zero(booking.Price.Currency));
                foreach (var change in it.changes)
                {
                    var settled = Changes.Settle(booking, change.Of(booking.Price), Actor.Guest, at);
                    Assert.That(-settled.Difference, Is.LessThanOrEqualTo(Money.Max(Fall(booking.Price, settled.NewPrice), Money.Zero(back.Currency))));
                    back -= settled.Difference;
                    booking = booking with { Price = settled.NewPrice, Policy = settled.Policy };
                    at = at.AddHours(change.HoursUntilTheNext);
                }
                back += Cancellations.ByGuest(booking, at.AddHours(it.wait)).Refund.Total;

                Assert.That(back, Is.LessThanOrEqualTo(atOnce));
            }, times: 2_000);

    static Gen<Step> Change(string currency) =>
        from days in Gen.Frequency((3, Gen.Constant(0)), (1, Some.Number(-30, 400)))
        from nights in Some.Number(1, 12)
        from rooms in Some.Number(1, 5)
        from night in Some.Price(currency)
        from cleaning in Some.Price(currency)
        from asBefore in Gen.Elements(true, true, false)
        from hours in Some.Number(0, 48)
        select new Step(days, nights, rooms, night, cleaning, asBefore, hours);

    /// <summary>Other days, rooms and, as the host may have changed them meanwhile, prices.</summary>
    sealed record Step(int Days, int Nights, int Rooms, Money Night, Money Cleaning, bool PricesAreAsBefore, int HoursUntilTheNext)
    {
        public PriceBreakdown Of(PriceBreakdown old)
        {
            var (unit, night) = (old.Units[0], old.Units[0].Nights[0].Price);
            var rules = PricesAreAsBefore
                ? new PriceRules(4, night, new(unit.CleaningFee.Amount / unit.Quantity, unit.CleaningFee.Currency), 0)
                : new PriceRules(5, Night, Cleaning, 0);
            return Prices.Of(
                Stay.Of(old.Stay.CheckIn.AddDays(Days), Nights), [new(unit.UnitId, Rooms, rules, new Dictionary<DateOnly, PriceOverride>())],
                new(1, old.ServiceFee.BasisPoints), [.. old.Taxes.Select(tax => new TaxRule(tax.RuleVersion, tax.Jurisdiction, tax.BasisPoints, tax.On))]);
        }
    }

    /// <summary>By how much the stay itself is cheaper.</summary>
    static Money Fall(PriceBreakdown old, PriceBreakdown now) => old.Total - old.KeptFromChanges - (now.Total - now.KeptFromChanges);

    static (Money Back, Money AtOnce) Paid(CancellableBooking booking, PriceBreakdown instead, DateTimeOffset at)
    {
        var change = Changes.Settle(booking, instead, Actor.Guest, at);
        var changed = booking with { Price = change.NewPrice, Policy = change.Policy };
        return (Cancellations.ByGuest(changed, at).Refund.Total - change.Difference, Cancellations.ByGuest(booking, at).Refund.Total);
    }

    static CancellableBooking Booked(PriceBreakdown price) =>
        new(price, [], CancellationPolicies.Flexible, new("Europe/Berlin", new(15, 0), new(11, 0)));

    /// <summary>100.00 a night and the service fee of 14 %, no tax.</summary>
    static PriceBreakdown Priced(int rooms, int nights, long cleaning) =>
        Prices.Of(Stay.Of(Arrival, nights), [Home(nightly: 10_000, cleaning, quantity: rooms)], new(1), []);
}
