using Roost.Calendar.Taking;

namespace Roost.Calendar.Selling;

/// <summary>What became of a host's change; without a refusal it was made.</summary>
public sealed record Change(Guid Id, Guid UnitId, Refused? Refusal = null);
