using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Roost.Platform.Logging;

namespace Roost.Web.Asking;

/// <summary>Every answer that is not a success: RFC 9457, with a code that stays the same and that clients branch on.</summary>
public static class Problems
{
    public const string MediaType = "application/problem+json";

    /// <param name="more">Members of this kind of problem, for instance the alternatives of nights that are taken.</param>
    public static ProblemHttpResult Of(
        int status, string code, string? detail = null,
        IReadOnlyDictionary<string, string[]>? errors = null, IReadOnlyDictionary<string, object?>? more = null)
    {
        var problem = new ProblemDetails
        {
            Type = $"/docs#{code}",
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
            Extensions = { ["code"] = code, ["traceId"] = RequestId.Current },
        };
        if (errors is { Count: > 0 }) problem.Extensions["errors"] = errors;
        foreach (var (name, value) in more ?? new Dictionary<string, object?>()) problem.Extensions[name] = value;
        return TypedResults.Problem(problem);
    }

    /// <summary>422: the fields that are wrong, each with its reasons.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors, string code = "invalid_request") =>
        Of(StatusCodes.Status422UnprocessableEntity, code, "Some fields are not as they must be.", errors);

    public static ProblemHttpResult Invalid(string field, string why, string code = "invalid_request") =>
        Invalid(new Dictionary<string, string[]> { [field] = [why] }, code);

    /// <summary>The rules' own refusals. A single one gives its code to the whole.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyList<Domain.Refusal> refusals) => Invalid(
        refusals.GroupBy(refusal => refusal.Field).ToDictionary(field => field.Key, field => field.Select(refusal => refusal.Message).ToArray()),
        refusals.Count == 1 ? refusals[0].Code : "invalid_request");

    /// <summary>The same words whether it does not exist or is not the caller's to see.</summary>
    public static ProblemHttpResult NotFound(string what = "thing") =>
        Of(StatusCodes.Status404NotFound, "not_found", $"There is no such {what}, or it is not yours to see.");

    public static ProblemHttpResult Forbidden(string detail = "You may not do this.") =>
        Of(StatusCodes.Status403Forbidden, "forbidden", detail);

    public static ProblemHttpResult Conflict(string code, string detail, IReadOnlyDictionary<string, object?>? more = null) =>
        Of(StatusCodes.Status409Conflict, code, detail, more: more);

    /// <summary>What ASP.NET answered with an empty body.</summary>
    public static ProblemHttpResult OfStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Of(status, "malformed", "The request cannot be read."),
        StatusCodes.Status401Unauthorized => Of(status, "unauthenticated", "Sign in first."),
        StatusCodes.Status403Forbidden => Forbidden(),
        StatusCodes.Status404NotFound => NotFound(),
        StatusCodes.Status405MethodNotAllowed => Of(status, "method_not_allowed", "This address does not take that method."),
        StatusCodes.Status413PayloadTooLarge => Of(status, "too_large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType => Of(status, "unsupported_media_type", "Send JSON, with Content-Type: application/json."),
        StatusCodes.Status503ServiceUnavailable => Of(status, "unavailable", "Something we need is down. Try again."),
        >= 500 => Of(status, "internal", "That went wrong on our side. The traceId finds it in our logs."),
        _ => Of(status, "refused"),
    };
}
