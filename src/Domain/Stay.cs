using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Roost.Domain;

/// <summary>
/// The nights from one calendar date of the listing to another. Half-open: the night of the check-out day is not part of it,
/// so that the next guest can arrive that day. Dates have no zone and are never turned into instants here.
/// </summary>
public sealed record Stay(DateOnly CheckIn, DateOnly CheckOut)
{
    public DateOnly CheckOut { get; } = CheckOut > CheckIn
        ? CheckOut
        : throw new ArgumentException($"A stay from {CheckIn:O} to {CheckOut:O} has no night.", nameof(CheckOut));

    [JsonIgnore, IgnoreDataMember] // not part of a message: it follows from the dates
    public int Count => CheckOut.DayNumber - CheckIn.DayNumber;

    public static Stay OneNight(DateOnly night) => new(night, night.AddDays(1));

    public static Stay Of(DateOnly checkIn, int nights) => new(checkIn, checkIn.AddDays(nights));

    /// <summary>Each night by the date on which it begins.</summary>
    public IEnumerable<DateOnly> Nights()
    {
        for (var night = CheckIn; night < CheckOut; night = night.AddDays(1)) yield return night;
    }

    public bool Contains(DateOnly night) => CheckIn <= night && night < CheckOut;

    public bool Overlaps(Stay other) => CheckIn < other.CheckOut && other.CheckIn < CheckOut;

    public override string ToString() => $"[{CheckIn:yyyy-MM-dd}, {CheckOut:yyyy-MM-dd})";
}
