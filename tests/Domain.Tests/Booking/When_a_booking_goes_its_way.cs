using Roost.Domain.Booking;
using static Roost.Domain.Booking.Actor;
using static Roost.Domain.Booking.BookingEvent;
using static Roost.Domain.Booking.BookingState;

namespace Roost.Domain.Tests.Booking;

public sealed class When_a_booking_goes_its_way
{
    static readonly BookingEvent[] Events = Enum.GetValues<BookingEvent>();
    static readonly BookingState[] States = Enum.GetValues<BookingState>();

    [TestCase("Requested Held AwaitingPayment Confirmed InStay Completed",
        NightsHeld, PaymentAsked, NightsConfirmed, CheckedIn, CheckedOut, TestName = "instant book")]
    [TestCase("Requested Held AwaitingPayment AwaitingHost AwaitingPayment Confirmed InStay Completed",
        NightsHeld, PaymentAsked, HostAsked, HostAccepted, NightsConfirmed, CheckedIn, CheckedOut, TestName = "request to book")]
    [TestCase("Requested Unavailable",
        NightsRefused, TestName = "somebody else has the nights")]
    [TestCase("Requested Held AwaitingPayment PaymentFailed",
        NightsHeld, PaymentAsked, PaymentRefused, TestName = "the card is declined")]
    [TestCase("Requested Held AwaitingPayment AwaitingHost Declined",
        NightsHeld, PaymentAsked, HostAsked, HostDeclined, TestName = "the host says no")]
    [TestCase("Requested Held AwaitingPayment AwaitingHost Expired",
        NightsHeld, PaymentAsked, HostAsked, HoldRanOut, TestName = "the host says nothing")]
    [TestCase("Requested Held AwaitingPayment Expired",
        NightsHeld, PaymentAsked, HoldRanOut, TestName = "the guest does not pay")]
    [TestCase("Requested Held AwaitingPayment Expired Confirmed",
        NightsHeld, PaymentAsked, HoldRanOut, NightsRetaken, TestName = "the money comes late but the nights are still free")]
    [TestCase("Requested Held AwaitingPayment Confirmed Confirmed Cancelled",
        NightsHeld, PaymentAsked, NightsConfirmed, Changed, CalledOff, TestName = "changed, then cancelled")]
    [TestCase("Requested Held AwaitingPayment Confirmed InStay NoShow",
        NightsHeld, PaymentAsked, NightsConfirmed, CheckedIn, GuestStayedAway, TestName = "nobody comes")]
    public void Each_story_passes_through_its_states(string expected, params BookingEvent[] story)
    {
        var states = new List<BookingState> { Requested };
        foreach (var happening in story) states.Add(BookingStates.Next(states[^1], happening)!.To);

        Assert.That(string.Join(' ', states), Is.EqualTo(expected));
    }

    [Test]
    public void What_the_table_does_not_say_is_refused()
    {
        var said = BookingStates.Table.Select(row => (row.From, row.Event)).ToHashSet();
        var refused = 0;
        foreach (var state in States)
        foreach (var happening in Events.Where(happening => !said.Contains((state, happening))))
        {
            Assert.That(BookingStates.Next(state, happening), Is.Null);
            Assert.That(BookingStates.May(Guest | Host | Actor.System | Staff, happening, state), Is.False);
            refused++;
        }
        Assert.That(refused, Is.EqualTo(States.Length * Events.Length - BookingStates.Table.Count), "a row stands twice in the table");
        Assert.That(refused, Is.GreaterThan(BookingStates.Table.Count));
    }

    [Test]
    public void Nothing_but_a_late_payment_leads_out_of_an_end()
    {
        var ways = BookingStates.Table.Where(row => BookingStates.Ended.Contains(row.From)).Select(row => (row.From, row.Event));
        Assert.That(ways, Is.EqualTo(new[] { (Expired, NightsRetaken) }));
    }

    [Test]
    public void Every_state_can_be_reached_and_every_open_one_can_end()
    {
        var reached = new HashSet<BookingState> { Requested };
        while (BookingStates.Table.Any(row => reached.Contains(row.From) && reached.Add(row.To))) { }
        Assert.That(reached, Is.EquivalentTo(States));

        foreach (var open in States.Except(BookingStates.Ended))
            Assert.That(BookingStates.Table.Any(row => row.From == open && BookingStates.Ended.Contains(row.To)), open.ToString());
    }

    [Test]
    public void Random_stories_never_leave_nights_behind() =>
        Always.Holds(Gen.Elements(Events).ArrayOf(40), story =>
        {
            var (state, taken) = (Requested, false);
            foreach (var happening in story)
            {
                if (BookingStates.Next(state, happening) is not { } step) continue;
                state = step.To;
                taken = step.Nights switch
                {
                    NightsEffect.Taken or NightsEffect.Booked or NightsEffect.Moved => true,
                    NightsEffect.GivenBack => false,
                    _ => taken,
                };
            }
            var needsNights = state is Held or AwaitingPayment or AwaitingHost or Confirmed or InStay or Completed;
            Assert.That(taken, Is.EqualTo(needsNights), $"{state} after {string.Join(' ', story)}");
        }, times: 2_000);

    [TestCase(Guest, CalledOff, Confirmed, true)]
    [TestCase(Host, CalledOff, Confirmed, true)]
    [TestCase(Staff, CalledOff, InStay, true)]
    [TestCase(Host, CalledOff, AwaitingPayment, false, TestName = "a host is not part of it before being asked")]
    [TestCase(Guest, CalledOff, Completed, false)]
    [TestCase(Guest, HostAccepted, AwaitingHost, false, TestName = "a guest does not accept for the host")]
    [TestCase(Guest, HostDeclined, AwaitingHost, false)]
    [TestCase(Host, HostAccepted, AwaitingHost, true)]
    [TestCase(Host, HostAccepted, Expired, false)]
    [TestCase(Actor.System, HostDeclined, AwaitingHost, true, TestName = "P-20: another request for the nights won")]
    [TestCase(Guest, NightsConfirmed, AwaitingPayment, false, TestName = "nobody confirms by hand")]
    [TestCase(Host, GuestStayedAway, InStay, true)]
    [TestCase(Guest, GuestStayedAway, InStay, false)]
    [TestCase(Guest, Changed, Confirmed, true)]
    [TestCase(Guest, Changed, Held, false)]
    public void Who_may_do_what_is_part_of_the_table(Actor actor, BookingEvent happening, BookingState state, bool expected) =>
        Assert.That(BookingStates.May(actor, happening, state), Is.EqualTo(expected));

    [Test]
    public void States_are_written_one_way_and_read_back()
    {
        Assert.That(AwaitingHost.Name(), Is.EqualTo("awaiting_host"));
        Assert.That(InStay.Name(), Is.EqualTo("in_stay"));
        foreach (var state in States) Assert.That(BookingStateNames.Parse(state.Name()), Is.EqualTo(state));
        Assert.That(BookingStateNames.Parse("AwaitingHost"), Is.Null);
        Assert.That(BookingStateNames.Elsewhere["PAYMENTS_PENDING"], Is.EqualTo(AwaitingPayment));
    }
}
