namespace Roost.Domain.Calendar;

/// <summary>The dates and numbers somebody asks for, as they came: nothing about them is known to make sense yet.</summary>
public sealed record AskedStay(DateOnly CheckIn, DateOnly CheckOut, int Adults, int Children = 0, int Infants = 0, int Quantity = 1);

/// <summary>
/// What a unit accepts. Checked before any row is read or locked, on every way in: search, quote, booking, change, waitlist.
/// Days count from the listing's own today.
/// </summary>
/// <param name="LeadDays">Days between booking and arrival at least; 0 sells tonight.</param>
/// <param name="HorizonDays">How far ahead nights are for sale: the last one is <c>today + HorizonDays - 1</c>.</param>
/// <param name="MaxGuests">Per sold unit, infants not counted.</param>
/// <param name="Capacity">Units for sale each night.</param>
/// <param name="TicketDate">The only day that tickets are for.</param>
public sealed record BookingLimits(int MinNights, int MaxNights, int LeadDays, int HorizonDays, int MaxGuests, int Capacity, DateOnly? TicketDate = null)
{
    public const int DefaultHorizonDays = 730;

    public const int LongestStay = 365;

    /// <summary>The night of arrival may ask for a longer or shorter stay than the unit does on other days.</summary>
    public BookingLimits ArrivingOn(int? minNightsOfThatNight) => this with { MinNights = minNightsOfThatNight ?? MinNights };

    /// <summary>Everything wrong with the request, so that a form can show it at once. Empty: it may be tried.</summary>
    public IReadOnlyList<Refusal> Refusals(AskedStay asked, DateOnly today) =>
        [.. Dates(asked, today), .. Guests(asked), .. Quantity(asked)];

    IEnumerable<Refusal> Dates(AskedStay asked, DateOnly today)
    {
        var nights = asked.CheckOut.DayNumber - asked.CheckIn.DayNumber;
        var daysAhead = asked.CheckIn.DayNumber - today.DayNumber;
        var daysOfHorizonLeft = HorizonDays - daysAhead;

        if (daysAhead < 0) yield return new("checkIn", "date_past", $"{asked.CheckIn:O} is in the past at the listing, where it is {today:O}.");
        else if (daysAhead < LeadDays) yield return new("checkIn", "lead_time_too_short", $"The host needs {LeadDays} days to prepare.");
        else if (daysOfHorizonLeft <= 0) yield return new("checkIn", "beyond_horizon", $"Nights are for sale {HorizonDays} days ahead.");
        else if (TicketDate is { } day && asked.CheckIn != day) yield return new("checkIn", "date", $"These tickets are for {day:O}.");

        if (nights < 0) yield return new("checkOut", "range_reversed", "Check-out is before check-in.");
        else if (nights == 0) yield return new("checkOut", "range_empty", "A stay has at least one night.");
        else if (nights < MinNights) yield return new("checkOut", "stay_too_short", $"At least {MinNights} nights from that date.");
        else if (nights > LongestAllowed) yield return new("checkOut", "stay_too_long", $"At most {LongestAllowed} nights.");
        else if (TicketDate is { } day && nights > 1) yield return new("checkOut", "date", $"These tickets are for {day:O} only.");
        else if (daysOfHorizonLeft > 0 && nights > daysOfHorizonLeft)
            yield return new("checkOut", "beyond_horizon", $"Nights are for sale {HorizonDays} days ahead.");
    }

    IEnumerable<Refusal> Guests(AskedStay asked)
    {
        if (asked.Adults < 1) yield return new("guests.adults", "adult_missing", "At least one adult.");
        if (asked.Children < 0) yield return new("guests.children", "negative", "Not a number of children.");
        if (asked.Infants < 0) yield return new("guests.infants", "negative", "Not a number of infants.");

        var counted = (long)Math.Max(asked.Adults, 0) + Math.Max(asked.Children, 0);
        var room = Math.Min((long)MaxGuests * Math.Max(asked.Quantity, 1), GuestCount.Most);
        if (counted > room) yield return new("guests", "too_many_guests", $"At most {room} guests, infants not counted.");
        if (asked.Infants > GuestCount.Most) yield return new("guests.infants", "too_many_guests", "Too many infants.");
    }

    IEnumerable<Refusal> Quantity(AskedStay asked)
    {
        if (asked.Quantity < 1) yield return new("quantity", "not_positive", "At least one.");
        else if (asked.Quantity > Capacity) yield return new("quantity", "above_capacity", $"There are {Capacity}.");
    }

    int LongestAllowed => Math.Min(MaxNights, LongestStay);
}
