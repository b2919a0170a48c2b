using System.Collections.Frozen;
using static Roost.Domain.Booking.BookingEvent;
using static Roost.Domain.Booking.BookingState;
using static Roost.Domain.Booking.NightsEffect;

namespace Roost.Domain.Booking;

public sealed record Transition(BookingState From, BookingEvent Event, Actor By, BookingState To, NightsEffect Nights);

/// <summary>
/// The life of a booking as one table. What is not in it cannot happen. A request-to-book authorises the money before it asks
/// the host, so that a host never accepts somebody who cannot pay; an instant booking skips those two rows.
/// </summary>
public static class BookingStates
{
    const Actor Us = Actor.System;
    const Actor NotYetTheHost = Actor.Guest | Actor.System | Actor.Staff;
    const Actor Anyone = Actor.Guest | Actor.Host | Actor.System | Actor.Staff;
    const Actor EitherSide = Actor.Guest | Actor.Host | Actor.Staff;
    const Actor HostOrStaff = Actor.Host | Actor.Staff;
    const Actor NotTheGuest = Actor.Host | Actor.System | Actor.Staff;

    public static readonly IReadOnlyList<Transition> Table =
    [
        //  from             what happens     who makes it so  to               the nights
        new(Requested,       NightsHeld,      Us,              Held,            Taken),
        new(Requested,       NightsRefused,   Us,              Unavailable,     Untouched),
        new(Requested,       HoldRanOut,      Us,              Expired,         GivenBack), // the hold's answer may still be on its way
        new(Requested,       CalledOff,       NotYetTheHost,   Cancelled,       GivenBack),

        new(Held,            PaymentAsked,    Us,              AwaitingPayment, Untouched),
        new(Held,            HostAsked,       Us,              AwaitingHost,    Untouched),
        new(Held,            HoldRanOut,      Us,              Expired,         GivenBack),
        new(Held,            CalledOff,       NotYetTheHost,   Cancelled,       GivenBack),

        new(AwaitingPayment, HostAsked,       Us,              AwaitingHost,    Untouched),
        new(AwaitingPayment, NightsConfirmed, Us,              Confirmed,       Booked),
        new(AwaitingPayment, PaymentRefused,  Us,              PaymentFailed,   GivenBack),
        new(AwaitingPayment, HoldRanOut,      Us,              Expired,         GivenBack),
        new(AwaitingPayment, CalledOff,       NotYetTheHost,   Cancelled,       GivenBack),

        new(AwaitingHost,    HostAccepted,    HostOrStaff,     AwaitingPayment, Untouched),
        new(AwaitingHost,    HostDeclined,    NotTheGuest,     Declined,        GivenBack), // by us: another request for these nights won
        new(AwaitingHost,    PaymentRefused,  Us,              PaymentFailed,   GivenBack),
        new(AwaitingHost,    HoldRanOut,      Us,              Expired,         GivenBack),
        new(AwaitingHost,    CalledOff,       NotYetTheHost,   Cancelled,       GivenBack),

        new(Expired,         NightsRetaken,   Us,              Confirmed,       Booked),

        new(Confirmed,       Changed,         EitherSide,      Confirmed,       Moved),
        new(Confirmed,       CheckedIn,       Us,              InStay,          Untouched),
        new(Confirmed,       CalledOff,       Anyone,          Cancelled,       GivenBack),

        new(InStay,          Changed,         EitherSide,      InStay,          Moved),
        new(InStay,          GuestStayedAway, HostOrStaff,     NoShow,          GivenBack),
        new(InStay,          CalledOff,       Anyone,          Cancelled,       GivenBack),
        new(InStay,          CheckedOut,      Us,              Completed,       Untouched),
    ];

    static readonly FrozenDictionary<(BookingState, BookingEvent), Transition> ByStateAndEvent =
        Table.ToFrozenDictionary(row => (row.From, row.Event));

    /// <summary>The states nothing but a late payment leads out of.</summary>
    public static readonly IReadOnlyList<BookingState> Ended = [Completed, Unavailable, Expired, Declined, PaymentFailed, Cancelled, NoShow];

    /// <summary>Null: it cannot happen in this state. Most often it has happened already, and the caller answers as before.</summary>
    public static Transition? Next(BookingState state, BookingEvent happening) => ByStateAndEvent.GetValueOrDefault((state, happening));

    /// <summary>Whether this actor may make it happen now.</summary>
    public static bool May(Actor actor, BookingEvent happening, BookingState state) =>
        Next(state, happening) is { } transition && (transition.By & actor) != 0;
}
