using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Waiting;

/// <summary>Out of the line; an offer that is open goes to the next. An entry that is still on its way here comes too late.</summary>
public sealed class Stop(StopWatching command) : IRequest
{
    public Needs Needs => new(Entries: [command.EntryId], Claims: [Offers.Id(command.EntryId)]);

    public IMessage? Decide(Chart chart)
    {
        var watcher = chart.Watcher(command.EntryId);
        if (watcher is null)
        {
            chart.Record(Watcher.GoneBeforeItCame(command.EntryId));
        }
        else if (chart.Claim(Offers.Id(command.EntryId)) is { IsLive: true } offer)
        {
            chart.GiveBack(offer, ClaimState.GivenBack);
            Offers.Lapsed(chart, offer, WatcherState.Stopped);
        }
        else if (watcher.State == WatcherState.Waiting)
        {
            chart.Record(watcher with { State = WatcherState.Stopped });
        }
        return null;
    }
}

public sealed class StopWatchingHandler(FrontDesk desk) : IHandleMessages<StopWatching>
{
    public Task Handle(StopWatching command, IMessageHandlerContext context) => context.Ask(desk, new Stop(command));
}
