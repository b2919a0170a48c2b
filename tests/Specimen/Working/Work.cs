namespace Roost.Specimen.Working;

/// <summary>Takes a while, then leaves a row. With a complaint it fails instead, and says it.</summary>
public sealed record Work(Guid WorkId, int Milliseconds, string? Complaint) : ICommand;
