using Roost.Contracts;
using Roost.Domain;
using Roost.Domain.Booking;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;

namespace Roost.Reservation.Viewing;

/// <summary>What one event says about a booking; null is what it does not speak of.</summary>
public sealed record BookingStep(IBookingEvent Event, string Happened, BookingState? Status = null)
{
    public object? Details { get; init; }
    public PlaceBooking? Request { get; init; }
    public Shape? Shape { get; init; }
    public string? Code { get; init; }
    public DateTimeOffset? PayBy { get; init; }
    public DateTimeOffset? AnswerBy { get; init; }
    public BookingCancelled? Cancelled { get; init; }
}

/// <summary>What a change can alter.</summary>
public sealed record Shape(NightsLine Nights, GuestCount Guests, PriceBreakdown Price, CancellationPolicy Policy)
{
    public static Shape Of(PlaceBooking request) => new(request.Nights, request.Guests, request.Price, request.Policy);
    public static Shape Of(BookingChanged change) => new(change.Nights, change.Guests, change.Price, change.Policy);
}
