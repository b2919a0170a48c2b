namespace Roost.Domain.Calendar;

/// <summary>How much of a unit may be sold each night, and when a host may lower it.</summary>
public static class CapacityRules
{
    /// <summary>
    /// Overbooking is off unless the unit has an explicit cap above its capacity. A home is one home: it never has one.
    /// </summary>
    public static int Sellable(UnitKind kind, int capacity, int? hardCap = null) =>
        kind == UnitKind.Home || hardCap is null ? capacity : Math.Max(capacity, hardCap.Value);

    public static Refusal? Refusal(UnitKind kind, int wanted, int? hardCap, int mostTakenOnOneNight)
    {
        if (wanted < 0) return new("capacity", "negative", "Capacity cannot be negative.");
        if (kind == UnitKind.Home && wanted > 1) return new("capacity", "home_is_one", "A home can be sold once a night.");
        if (kind == UnitKind.Home && hardCap is not null) return new("hardCap", "home_is_one", "A home is never overbooked.");
        if (hardCap < wanted) return new("hardCap", "below_capacity", "A cap lies above the capacity.");
        // Taking away what somebody holds or has paid for is a case for a person, never the side effect of an edit.
        return Sellable(kind, wanted, hardCap) < mostTakenOnOneNight
            ? new("capacity", "capacity_below_sold", $"{mostTakenOnOneNight} are taken on one night ahead.")
            : null;
    }
}
