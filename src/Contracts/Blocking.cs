namespace Roost.Contracts;

/// <summary>
/// The host keeps nights for himself. Never removes a live hold or booking: the outcome, in the view <c>calendar.block_view</c>, is then a refusal that names the conflict.
/// </summary>
public sealed record BlockNights(Guid BlockId, Guid UnitId, DateOnly From, DateOnly To, int Quantity, string? Note) : ICommand;

/// <summary>A repeat, or one for an unknown block, changes nothing.</summary>
public sealed record UnblockNights(Guid BlockId) : ICommand;
