using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Holding;

/// <summary>What is said about a hold, the first time and every time after.</summary>
static class HoldAnswers
{
    public static Line ToLine(this NightsLine line) => line.Quantity > 0 && line.CheckOut > line.CheckIn
        ? new(line.UnitId, line.CheckIn, line.CheckOut, line.Quantity)
        : throw new ArgumentException($"{line} takes no night.");

    public static IMessage Held(Claim claim) => new NightsHeld(claim.Id, claim.ExpiresAt!.Value, claim.Version);

    public static IMessage Refused(Guid holdId, Refused refusal) =>
        new NightsRefused(holdId, refusal.Reason, refusal.UnitId, refusal.Night);

    /// <summary>
    /// A refusal that another moment might not repeat is kept with the claim, so that a repeat of the command does not take what its first
    /// answer denied.
    /// </summary>
    public static IMessage Refuse(Chart chart, Claim claim, Refused refusal)
    {
        claim.State = ClaimState.Refused;
        claim.Refusal = refusal;
        chart.Record(claim);
        return Refused(claim.Id, refusal);
    }

    public static IMessage Refuse(Chart chart, Claim claim, (Guid UnitId, DateOnly Night) full) =>
        Refuse(chart, claim, new Refused("nights_unavailable", full.UnitId, full.Night));

    public static IMessage Again(Claim claim) => claim switch
    {
        { State: ClaimState.Refused, Refusal: { } refusal } => Refused(claim.Id, refusal),
        { State: ClaimState.GivenBack, Lines: [var line, ..] } => Refused(claim.Id, new Refused("given_back", line.UnitId, Night: null)),
        { State: ClaimState.GivenBack } => Refused(claim.Id, new Refused("given_back", Guid.Empty, Night: null)),
        { ExpiresAt: not null } => Held(claim),
        _ => throw new InvalidOperationException($"claim {claim.Id} is a {claim.Kind} and was never a hold"),
    };
}
