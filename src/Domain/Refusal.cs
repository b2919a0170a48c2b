namespace Roost.Domain;

/// <summary>A business no about one field of a request, in the request's own spelling, with a code that clients branch on.</summary>
public sealed record Refusal(string Field, string Code, string Message);
