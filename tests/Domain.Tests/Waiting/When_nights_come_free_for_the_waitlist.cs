using Roost.Domain.Waiting;

namespace Roost.Domain.Tests.Waiting;

public sealed class When_nights_come_free_for_the_waitlist
{
    static readonly DateOnly Tenth = new(2027, 8, 10);
    static readonly DateTimeOffset Morning = new(2027, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Test] // P-78
    public void Priority_goes_first_then_who_joined_first()
    {
        var (late, early, important) = (Entry("late", joined: 9), Entry("early", joined: 1), Entry("important", joined: 20, priority: 5));

        var choice = Waitlist.Choose([late, early, important], Free(1));

        Assert.That(choice.Next, Is.EqualTo(important));
        Assert.That(choice.Reasons.Select(reason => (reason.EntryId, reason.Position, reason.Why, reason.Because)), Is.EqualTo(new[]
        {
            (important.EntryId, 1, WhyNotYet.Served, (Guid?)null),
            (early.EntryId, 2, WhyNotYet.BehindServedEntry, important.EntryId),
            (late.EntryId, 3, WhyNotYet.BehindServedEntry, important.EntryId),
        }));
    }

    [Test] // P-78: numbers are compared as numbers
    public void Ten_is_more_than_nine() =>
        Assert.That(Waitlist.Choose([Entry("nine", priority: 9), Entry("ten", priority: 10)], Free(1)).Next, Is.EqualTo(Entry("ten", priority: 10)));

    [Test] // P-80
    public void Only_a_request_that_fits_as_a_whole_is_served()
    {
        var fourNights = Entry("four nights", nights: 4);

        var choice = Waitlist.Choose([fourNights], Free(1) with { FreeOn = night => night == Tenth.AddDays(2) ? 0 : 1 });

        Assert.That(choice.Next, Is.Null);
        Assert.That(choice.Reasons.Single().Why, Is.EqualTo(WhyNotYet.NightsNotFree));
        Assert.That(choice.Reasons.Single().Nights, Is.EqualTo(new[] { Tenth.AddDays(2) }));
        Assert.That(Waitlist.Choose([Entry("two rooms", quantity: 2)], Free(1)).Next, Is.Null);
        Assert.That(Waitlist.Choose([Entry("two rooms", quantity: 2)], Free(2)).Next, Is.Not.Null);
    }

    [Test] // P-80
    public void A_smaller_entry_overtakes_only_where_that_is_the_rule_and_it_is_logged()
    {
        var (two, one) = (Entry("two rooms", joined: 1, quantity: 2), Entry("one room", joined: 2));

        var allowed = Waitlist.Choose([two, one], Free(1));
        Assert.That(allowed.Next, Is.EqualTo(one));
        Assert.That(allowed.Overtaken, Is.EqualTo(new[] { two.EntryId }));

        var forbidden = Waitlist.Choose([two, one], Free(1) with { SmallerMayOvertake = false });
        Assert.That(forbidden.Next, Is.Null);
        Assert.That(forbidden.Reasons[1].Why, Is.EqualTo(WhyNotYet.WaitsForEarlierEntry));
        Assert.That(forbidden.Reasons[1].Because, Is.EqualTo(two.EntryId));
    }

    [Test] // P-80
    public void Who_waits_for_other_nights_blocks_nobody()
    {
        var elsewhere = Entry("in September", joined: 1) with { Stay = Stay.Of(new(2027, 9, 1), 2) };
        var here = Entry("here", joined: 2);
        var freed = Free(1) with { SmallerMayOvertake = false, FreeOn = night => night.Month == 8 ? 1 : 0 };

        Assert.That(Waitlist.Choose([elsewhere, here], freed).Next, Is.EqualTo(here));
    }

    [Test] // P-77
    public void Nothing_is_offered_that_cannot_be_booked()
    {
        var entry = Entry("anybody");

        Assert.That(Why(Free(1) with { OnSale = false }), Is.EqualTo(WhyNotYet.SaleClosed));
        Assert.That(Why(Free(1) with { ListingActive = false }), Is.EqualTo(WhyNotYet.ListingNotActive));
        Assert.That(Why(Free(1) with { ArriveFrom = Tenth.AddDays(1) }), Is.EqualTo(WhyNotYet.TooLateToArrive));
        Assert.That(Why(Free(1) with { ArriveFrom = Tenth }), Is.EqualTo(WhyNotYet.Served));

        WhyNotYet Why(FreedNights freed) => Waitlist.Choose([entry], freed).Reasons.Single().Why;
    }

    [Test]
    public void Who_has_an_offer_is_not_offered_another()
    {
        var (offered, next) = (Entry("offered", joined: 1) with { OfferOpen = true }, Entry("next", joined: 2));

        Assert.That(Waitlist.Choose([offered, next], Free(1)).Next, Is.EqualTo(next));
    }

    [Test] // P-78, P-80: against the plainest search there is
    public void The_choice_is_the_first_in_order_that_fits_and_everybody_gets_a_reason() =>
        Always.Holds(
            from entries in (from joined in Some.Number(0, 500)
                             from priority in Some.Number(0, 2)
                             from shift in Some.Number(0, 10)
                             from nights in Some.Number(1, 5)
                             from quantity in Some.Number(1, 3)
                             select new WaitlistEntry(Guid.NewGuid(), Stay.Of(Tenth.AddDays(shift), nights), quantity, priority, Morning.AddMinutes(joined))).ArrayOf(12)
            from free in Some.Number(0, 3).ArrayOf(20)
            select (entries, free),
            it =>
            {
                var freed = Free(0) with { FreeOn = night => it.free[night.DayNumber - Tenth.DayNumber] };
                var choice = Waitlist.Choose(it.entries, freed);

                WaitlistEntry? expected = null;
                foreach (var entry in it.entries.Where(entry => entry.Stay.Nights().All(night => freed.FreeOn(night) >= entry.Quantity)))
                    if (expected is null || entry.Priority > expected.Priority || (entry.Priority == expected.Priority && Before(entry, expected))) expected = entry;
                Assert.That(choice.Next, Is.EqualTo(expected));
                Assert.That(choice.Reasons.Select(reason => reason.EntryId), Is.EquivalentTo(it.entries.Select(entry => entry.EntryId)));

                static bool Before(WaitlistEntry one, WaitlistEntry other) =>
                    one.JoinedAt < other.JoinedAt || (one.JoinedAt == other.JoinedAt && one.EntryId.CompareTo(other.EntryId) < 0);
            });

    static WaitlistEntry Entry(string name, int joined = 0, int priority = 0, int nights = 2, int quantity = 1) =>
        new(Named(name), Stay.Of(Tenth, nights), quantity, priority, Morning.AddMinutes(joined));

    static Guid Named(string name) => new([.. System.Text.Encoding.UTF8.GetBytes(name.PadRight(16)).Take(16)]);

    static FreedNights Free(int count) => new(_ => count, OnSale: true, ListingActive: true, ArriveFrom: Tenth.AddDays(-30));
}
