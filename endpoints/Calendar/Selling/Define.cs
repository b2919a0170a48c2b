using Roost.Calendar.Taking;
using Roost.Calendar.Waiting;
using Roost.Contracts;
using Roost.Domain;

namespace Roost.Calendar.Selling;

/// <summary>
/// What the listing says about its unit, unless the calendar knows something newer. A capacity below what is sold is left as it was: taking
/// it away from those who have it is no side effect of an edit. Offers end with the sale: nobody can book them any more (P-77).
/// </summary>
public sealed class Define(DefineUnit command) : IRequest
{
    public Needs Needs => new(Nights: [Capacity.AllNights(command.UnitId)], OffersOf: command.OnSale ? null : [command.UnitId]);

    public IMessage? Decide(Chart chart)
    {
        if (chart.Unit(command.UnitId) is not { } known || known.Definition >= command.Version) return null;

        var unit = known with
        {
            ListingId = command.ListingId,
            HostId = command.HostId,
            Kind = command.Kind,
            TimeZone = command.TimeZone,
            CheckInTime = command.CheckInTime,
            CheckOutTime = command.CheckOutTime,
            MinNights = command.MinNights,
            MaxNights = command.MaxNights,
            LeadDays = command.LeadDays,
            HorizonDays = command.HorizonDays,
            TicketDate = command.TicketDate,
            OnSale = command.OnSale,
            Definition = command.Version,
        };
        var sized = unit with { Capacity = command.Capacity, HardCap = command.Kind == UnitKind.Home ? null : command.HardCap };
        Capacity.Apply(chart, Capacity.Refusal(chart, sized) is null ? sized : unit);
        if (!unit.OnSale) Offers.EndAll(chart, unit.Id);
        return null;
    }
}

public sealed class DefineUnitHandler(Registration registration, FrontDesk desk) : IHandleMessages<DefineUnit>
{
    public async Task Handle(DefineUnit command, IMessageHandlerContext context)
    {
        await registration.Register(command, context.CancellationToken);
        await context.Ask(desk, new Define(command));
    }
}
