using Roost.Calendar.Taking;
using Roost.Contracts;
using Roost.Domain.Calendar;

namespace Roost.Calendar.Selling;

/// <summary>More or fewer of a unit, from today on. Never fewer than somebody already has.</summary>
public sealed class Capacity(ChangeCapacity command) : IRequest
{
    public Needs Needs => new(Nights: [AllNights(command.UnitId)], Changes: [command.ChangeId]);

    public IMessage? Decide(Chart chart)
    {
        if (chart.Change(command.ChangeId) is not null) return null;

        // A cap below the new capacity would be none: then nothing beyond the capacity is sold.
        var refusal = chart.Unit(command.UnitId) is { } unit
            ? Resize(chart, unit with { Capacity = command.Capacity, HardCap = unit.HardCap > command.Capacity ? unit.HardCap : null })
            : new Refused("unknown_unit", command.UnitId, Night: null);
        chart.Record(new Change(command.ChangeId, command.UnitId, refusal));
        chart.Tell(new CapacityDecided(command.ChangeId, command.UnitId));
        return null;
    }

    /// <summary>Sparse: only nights that something touched have rows.</summary>
    public static Line AllNights(Guid unitId) => new(unitId, DateOnly.MinValue, DateOnly.MaxValue, Quantity: 1);

    public static Refused? Refusal(Chart chart, Unit unit)
    {
        var fullest = Ahead(chart, unit).MaxBy(n => n.Taken);
        return CapacityRules.Refusal(unit.Kind, unit.Capacity, unit.HardCap, fullest?.Taken ?? 0) is { } refusal
            ? new(refusal.Code, unit.Id, fullest?.Date)
            : null;
    }

    public static void Apply(Chart chart, Unit unit)
    {
        foreach (var night in Ahead(chart, unit)) night.Capacity = unit.Limit;
        chart.Replace(unit);
        chart.Touch(new Line(unit.Id, unit.Today(chart.Now), unit.Today(chart.Now).AddDays(unit.HorizonDays), Quantity: 1));
    }

    static Refused? Resize(Chart chart, Unit unit)
    {
        if (Refusal(chart, unit) is { } refusal) return refusal;
        Apply(chart, unit);
        return null;
    }

    static IEnumerable<Night> Ahead(Chart chart, Unit unit)
    {
        var today = unit.Today(chart.Now);
        return chart.Nights.Where(n => n.UnitId == unit.Id && n.Date >= today && n.IsLoaded);
    }
}

public sealed class ChangeCapacityHandler(FrontDesk desk) : IHandleMessages<ChangeCapacity>
{
    public Task Handle(ChangeCapacity command, IMessageHandlerContext context) => context.Ask(desk, new Capacity(command));
}
