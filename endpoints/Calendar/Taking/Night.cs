namespace Roost.Calendar.Taking;

/// <summary>A night of a locked unit: what its row says, and by how much this group of requests changes it.</summary>
public sealed class Night(Guid unitId, DateOnly date)
{
    int taken;

    public Guid UnitId { get; } = unitId;
    public DateOnly Date { get; } = date;

    /// <summary>False: only the difference is known, which is all that giving back needs.</summary>
    public bool IsLoaded { get; private set; }

    public bool HasRow { get; private set; } = true;
    public int Capacity { get; set; }
    public NightSettings Settings { get; private set; } = NightSettings.None;

    public int Held { get; private set; }
    public int Booked { get; private set; }
    public int Blocked { get; private set; }
    public bool SettingsChanged { get; private set; }

    public bool CountersChanged => (Held, Booked, Blocked) != (0, 0, 0);
    public int Taken => IsLoaded
        ? taken + Held + Booked + Blocked
        : throw new InvalidOperationException($"night {Date:O} of unit {UnitId} was not read");
    public int Free => Capacity - Taken;

    public void Load(bool hasRow, int capacity, int taken, NightSettings settings)
    {
        (IsLoaded, HasRow, Capacity, this.taken, Settings) = (true, hasRow, capacity, taken, settings);
    }

    public void Count(ClaimKind kind, int quantity)
    {
        if (kind is ClaimKind.Hold or ClaimKind.Change or ClaimKind.Offer) Held += quantity;
        else if (kind is ClaimKind.Booking) Booked += quantity;
        else Blocked += quantity;
    }

    public void Set(NightSettings settings)
    {
        SettingsChanged |= settings != Settings;
        Settings = settings;
    }
}

/// <summary>What a host has said about one night.</summary>
public sealed record NightSettings(long? Price, int? MinStay, bool Closed, string? Reason)
{
    public static readonly NightSettings None = new(null, null, false, null);
}
