using Roost.Calendar.Taking;
using Roost.Domain.Calendar;

namespace Roost.Calendar.Holding;

/// <summary>
/// What a unit sells, whoever asks and however they got here: the search and the quote have checked it too, but a command need not come
/// from them.
/// </summary>
public static class SaleRules
{
    public static Refused? Refusal(Chart chart, IReadOnlyList<Line> lines)
    {
        foreach (var line in lines)
        {
            if (Refusal(chart, line) is { } refusal) return refusal;
        }
        return null;
    }

    static Refused? Refusal(Chart chart, Line line)
    {
        if (chart.Unit(line.UnitId) is not { } unit) return new("unknown_unit", line.UnitId, Night: null);

        var limits = new BookingLimits(unit.MinNights, unit.MaxNights, unit.LeadDays, unit.HorizonDays, MaxGuests: int.MaxValue, unit.Limit, unit.TicketDate);
        var today = unit.Today(chart.Now);
        if (limits.ArrivingOn(chart.Night(unit.Id, line.CheckIn).Settings.MinStay).Refusals(Asked(line), today) is [var first, ..])
            return new(first.Code, unit.Id, line.CheckIn);

        return Closed(chart, unit, line);
    }

    /// <summary>Nights that are added to a stay: its arrival may lie in the past, and its length was agreed with the host.</summary>
    public static Refused? RefusalToAdd(Chart chart, IReadOnlyList<Line> lines)
    {
        foreach (var line in lines)
        {
            if (chart.Unit(line.UnitId) is not { } unit) return new("unknown_unit", line.UnitId, Night: null);
            var daysAhead = line.CheckIn.DayNumber - unit.Today(chart.Now).DayNumber;
            if (daysAhead < 0) return new("date_past", unit.Id, line.CheckIn);
            if (line.CheckOut.DayNumber - line.CheckIn.DayNumber > unit.HorizonDays - daysAhead)
                return new("beyond_horizon", unit.Id, line.CheckOut.AddDays(-1));
            if (Closed(chart, unit, line) is { } closed) return closed;
        }
        return null;
    }

    /// <summary>For what a host may say about nights, whether or not they can be sold: a slip of the pen must not make a thousand years of rows.</summary>
    public static Refused? RefusalToHost(Chart chart, Line line)
    {
        if (chart.Unit(line.UnitId) is not { } unit) return new("unknown_unit", line.UnitId, Night: null);
        var today = unit.Today(chart.Now);
        if (line.CheckIn < today.AddYears(-1)) return new("date_past", unit.Id, line.CheckIn);
        return line.CheckOut > today.AddDays(unit.HorizonDays) ? new("beyond_horizon", unit.Id, line.CheckOut.AddDays(-1)) : null;
    }

    static Refused? Closed(Chart chart, Unit unit, Line line)
    {
        if (!unit.OnSale) return new("closed", unit.Id, line.CheckIn);
        foreach (var date in line.Nights())
        {
            if (chart.Night(unit.Id, date).Settings.Closed || (unit.TicketDate ?? date) != date) return new("closed", unit.Id, date);
        }
        return null;
    }

    static AskedStay Asked(Line line) => new(line.CheckIn, line.CheckOut, Adults: 1, Quantity: line.Quantity);
}
