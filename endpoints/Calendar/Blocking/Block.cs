using Roost.Calendar.Holding;
using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Blocking;

/// <summary>The host keeps nights for himself. Whoever was there first stays: the refusal lists them.</summary>
public sealed class Block(BlockNights command) : IRequest
{
    readonly Line line = new NightsLine(command.UnitId, command.From, command.To, command.Quantity).ToLine();

    public Needs Needs => new(Nights: [line], Claims: [command.BlockId], Conflicts: [line]);

    public IMessage? Decide(Chart chart)
    {
        if (chart.Claim(command.BlockId) is not null) return null;

        var block = new Claim(command.BlockId) { Kind = ClaimKind.Block, Lines = [line], Note = command.Note };
        if (SaleRules.RefusalToHost(chart, line) is { } impossible)
            HoldAnswers.Refuse(chart, block, impossible);
        else if (chart.FirstFull(block.Lines) is { } full)
            HoldAnswers.Refuse(chart, block, new Refused("nights_taken", full.UnitId, full.Night, chart.Conflicts(line)));
        else
            chart.Take(block);
        return null;
    }
}

public sealed class BlockNightsHandler(FrontDesk desk) : IHandleMessages<BlockNights>
{
    public Task Handle(BlockNights command, IMessageHandlerContext context) => context.Ask(desk, new Block(command));
}
