using Roost.Domain;
using Roost.Domain.Calendar;

namespace Roost.Web.Hosting;

/// <summary>A range of nights as somebody wrote it; until is not part of it.</summary>
static class AskedNights
{
    public const int Most = 800;

    /// <summary>Nights that a host may still change: from today at the listing to the end of what is for sale.</summary>
    public static IReadOnlyList<Refusal> ToChange(DateOnly from, DateOnly to, DateOnly today)
    {
        var refusals = Order(from, to).ToList();
        if (from < today) refusals.Add(new("from", "date_past", $"{from:O} is in the past at the listing, where it is {today:O}."));
        if (to.DayNumber - today.DayNumber > BookingLimits.DefaultHorizonDays)
            refusals.Add(new("to", "beyond_horizon", $"Nights are for sale {BookingLimits.DefaultHorizonDays} days ahead."));
        return refusals;
    }

    /// <summary>Nights to look at: also those of last year.</summary>
    public static IReadOnlyList<Refusal> ToSee(DateOnly from, DateOnly to, DateOnly today)
    {
        var refusals = Order(from, to).ToList();
        if (to.DayNumber - from.DayNumber > Most) refusals.Add(new("to", "range_too_long", $"At most {Most} nights at once."));
        if (Math.Abs(from.DayNumber - today.DayNumber) > Most) refusals.Add(new("from", "too_far", $"At most {Most} days from today."));
        return refusals;
    }

    static IEnumerable<Refusal> Order(DateOnly from, DateOnly to)
    {
        if (to < from) yield return new("to", "range_reversed", "The end is before the beginning.");
        else if (to == from) yield return new("to", "range_empty", "A range has at least one night.");
    }
}
