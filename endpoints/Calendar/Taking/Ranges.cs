namespace Roost.Calendar.Taking;

/// <summary>Many lines as few stretches of nights: two hundred holds of the same week are read as one.</summary>
static class Ranges
{
    public static List<Line> Of(IEnumerable<Line> lines)
    {
        List<Line> merged = [];
        foreach (var line in lines.Select(l => l with { Quantity = 1 }).Distinct().OrderBy(l => l.UnitId).ThenBy(l => l.CheckIn))
        {
            if (merged is [.., var last] && last.UnitId == line.UnitId && line.CheckIn <= last.CheckOut)
                merged[^1] = last with { CheckOut = line.CheckOut > last.CheckOut ? line.CheckOut : last.CheckOut };
            else
                merged.Add(line);
        }
        return merged;
    }

    public static List<Line> Everything(IEnumerable<Guid> units) =>
        [.. units.Select(u => new Line(u, DateOnly.MinValue, DateOnly.MaxValue, Quantity: 1))];
}
