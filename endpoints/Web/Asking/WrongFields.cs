using Microsoft.AspNetCore.Http.HttpResults;
using Roost.Domain;

namespace Roost.Web.Asking;

/// <summary>Gathers everything that is wrong with a request, so that a person is told all of it at once.</summary>
public sealed class WrongFields
{
    const int LongestName = 100;
    readonly Dictionary<string, List<string>> reasons = [];

    public bool Any => reasons.Count > 0;

    public WrongFields Add(string field, string why)
    {
        if (!reasons.TryGetValue(field, out var known)) reasons.Add(field, known = []);
        known.Add(why);
        return this;
    }

    public WrongFields Add(IEnumerable<Refusal> refusals)
    {
        foreach (var refusal in refusals) Add(refusal.Field, refusal.Message);
        return this;
    }

    public WrongFields Unless(bool isRight, string field, string why) => isRight ? this : Add(field, why);

    /// <summary>What somebody or something is called: any script, no control characters.</summary>
    public WrongFields Name(string field, string text) =>
        Unless(text.Trim() is { Length: > 0 and <= LongestName } && !text.Any(char.IsControl), field, $"1 to {LongestName} characters.");

    public ProblemHttpResult Problem(string code = "invalid_request") =>
        Problems.Invalid(reasons.ToDictionary(field => field.Key, field => field.Value.ToArray()), code);

    /// <param name="only">The code when one field alone is wrong.</param>
    public ProblemHttpResult Problem(string only, string whenOnly) =>
        Problem(reasons.Count == 1 && reasons.ContainsKey(whenOnly) ? only : "invalid_request");
}
