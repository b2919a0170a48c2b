namespace Roost.Calendar.Taking;

/// <summary>So many of one unit, from the first night until the day of check-out, which is free.</summary>
public readonly record struct Line(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Quantity)
{
    public IEnumerable<DateOnly> Nights()
    {
        for (var night = CheckIn; night < CheckOut; night = night.AddDays(1)) yield return night;
    }
}
