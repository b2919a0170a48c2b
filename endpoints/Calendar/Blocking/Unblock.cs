using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Blocking;

/// <summary>The nights are back on sale; the block, should it still be on its way, comes too late.</summary>
public sealed class Unblock(UnblockNights command) : IRequest
{
    public Needs Needs => new(Claims: [command.BlockId]);

    public IMessage? Decide(Chart chart)
    {
        if (chart.Claim(command.BlockId) is not { } block)
            chart.Record(new Claim(command.BlockId) { Kind = ClaimKind.Block, State = ClaimState.GivenBack });
        else if (block is { Kind: ClaimKind.Block, IsLive: true })
            chart.GiveBack(block, ClaimState.GivenBack);
        return null;
    }
}

public sealed class UnblockNightsHandler(FrontDesk desk) : IHandleMessages<UnblockNights>
{
    public Task Handle(UnblockNights command, IMessageHandlerContext context) => context.Ask(desk, new Unblock(command));
}
