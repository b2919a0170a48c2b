using Roost.Calendar.Holding;
using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Waiting;

/// <summary>From now on the entry is in line. If its nights are free at this moment it is offered them at once.</summary>
public sealed class Watch(WatchNights command) : IRequest
{
    readonly Line line = command.Nights.ToLine();

    public Needs Needs => new(Nights: [line], Entries: [command.EntryId], Claims: [Offers.Id(command.EntryId)]);

    public IMessage? Decide(Chart chart)
    {
        if (chart.Watcher(command.EntryId) is not null) return null;

        chart.Record(new Watcher(command.EntryId, line, command.Priority, command.JoinedAt, command.OfferFor, WatcherState.Waiting));
        chart.Freed.Add(line.UnitId);
        return null;
    }
}

public sealed class WatchNightsHandler(FrontDesk desk) : IHandleMessages<WatchNights>
{
    public Task Handle(WatchNights command, IMessageHandlerContext context) => context.Ask(desk, new Watch(command));
}
