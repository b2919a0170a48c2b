using Roost.Calendar.Holding;
using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Selling;

/// <summary>Prices, minimum stays and closing, night by night. What is already taken stays.</summary>
public sealed class Settings(SetPrices command) : IRequest
{
    readonly Line line = new NightsLine(command.UnitId, command.From, command.To, Quantity: 1).ToLine();

    public Settings(CloseNights command)
        : this(new SetPrices(command.ChangeId, command.UnitId, command.From, command.To, Price: null, MinNights: null, command.Closed, Reason: null)) { }

    public Needs Needs => new(Nights: [line], Changes: [command.ChangeId]);

    public IMessage? Decide(Chart chart)
    {
        if (chart.Change(command.ChangeId) is not null) return null;

        if (SaleRules.RefusalToHost(chart, line) is { } impossible)
        {
            chart.Record(new Change(command.ChangeId, line.UnitId, impossible));
            return null;
        }
        foreach (var date in line.Nights())
        {
            var night = chart.Night(line.UnitId, date);
            night.Set(new NightSettings(
                command.Price ?? night.Settings.Price, command.MinNights ?? night.Settings.MinStay, command.Closed ?? night.Settings.Closed,
                command.Reason ?? night.Settings.Reason));
        }
        chart.Record(new Change(command.ChangeId, line.UnitId));
        chart.Touch(line);
        chart.Freed.Add(line.UnitId);
        return null;
    }
}

public sealed class SetPricesHandler(FrontDesk desk) : IHandleMessages<SetPrices>
{
    public Task Handle(SetPrices command, IMessageHandlerContext context) => context.Ask(desk, new Settings(command));
}

public sealed class CloseNightsHandler(FrontDesk desk) : IHandleMessages<CloseNights>
{
    public Task Handle(CloseNights command, IMessageHandlerContext context) => context.Ask(desk, new Settings(command));
}
