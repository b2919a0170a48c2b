using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Roost.Web.Asking;

/// <summary>
/// What a body must look like, and which field to name when it does not. A field that nobody knows is refused: it is a typing error,
/// or an attempt to set what only we may set (P-118).
/// </summary>
static partial class BadBodies
{
    public static void Strict(JsonSerializerOptions json)
    {
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Converters.Add(new TextInBodies());
        json.Converters.Add(new MoneyInBodies());
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    public static ProblemHttpResult Explain(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } => Explain(json),
        { StatusCode: StatusCodes.Status400BadRequest } when Parameter.Match(bad.Message) is { Success: true } parameter =>
            Problems.Invalid(JsonNamingPolicy.CamelCase.ConvertName(parameter.Groups["name"].Value), "Missing, or not of the right kind."),
        _ => Problems.OfStatus(bad.StatusCode),
    };

    static ProblemHttpResult Explain(JsonException json)
    {
        // The reader's own complaint is about JSON itself; every other one is about a field.
        if (json.InnerException is JsonException) return Problems.OfStatus(StatusCodes.Status400BadRequest);
        if (Missing.Match(json.Message) is { Success: true } missing)
        {
            var prefix = Field(json.Path) is { Length: > 0 } parent ? parent + "." : "";
            return Problems.Invalid(Quoted.Matches(missing.Groups["names"].Value)
                .ToDictionary(name => prefix + name.Groups[1].Value, _ => new[] { "Required." }));
        }
        if (Unknown.Match(json.Message) is { Success: true } unknown)
            return Problems.Invalid(FieldNamed(json.Path, unknown.Groups["name"].Value), "Unknown, or not yours to set.", "unknown_field");
        return Problems.Invalid(Field(json.Path) is { Length: > 0 } field ? field : "body", "Not of the right kind.");
    }

    static string FieldNamed(string? path, string name)
    {
        var field = Field(path);
        return field.Length == 0 || field == name ? name
            : field.EndsWith("." + name, StringComparison.Ordinal) ? field
            : $"{field}.{name}";
    }

    /// <summary>"$.units[0].name" as the client would write it: "units[0].name".</summary>
    static string Field(string? path) => path is null or "$" ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');

    // The framework gives these names only inside of its sentences.
    [GeneratedRegex("""missing required properties including: (?<names>.+)""")]
    static partial Regex Missing { get; }

    [GeneratedRegex("""JSON property '(?<name>[^']{1,100})' could not be mapped""")]
    static partial Regex Unknown { get; }

    [GeneratedRegex("""'([^']{1,100})'""")]
    static partial Regex Quoted { get; }

    [GeneratedRegex("""parameter "(?:[^"]+ )?(?<name>[A-Za-z]+)" (?:from|was not provided from (?:query|header|route))""")]
    static partial Regex Parameter { get; }
}
