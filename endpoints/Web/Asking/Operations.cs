using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Roost.Web.Asking;

/// <summary>Completes the description of a route by what stands in its metadata: filters, limits, authorization, and what it says of its refusals.</summary>
static class Operations
{
    public const string Problem = "Problem";

    public static void Complete(OpenApiOperation operation, ApiDescription route, OpenApiDocument document)
    {
        var metadata = route.ActionDescriptor.EndpointMetadata;
        var isForEverybody = metadata.OfType<IAllowAnonymous>().Any() || !metadata.OfType<IAuthorizeData>().Any();
        if (!isForEverybody) operation.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];

        operation.Parameters ??= [];
        foreach (var header in metadata.OfType<TakesHeader>().DistinctBy(header => header.Name))
            operation.Parameters.Add(Parameter(header));

        operation.Responses ??= [];
        DescribeEither(operation, route, document);
        var once = metadata.OfType<OnceMetadata>().Any();
        foreach (var (status, answer) in operation.Responses)
        {
            if (once && answer is OpenApiResponse success && status[0] == '2')
                Header(success, "Idempotency-Replayed", "true: the answer to the first request with this key.");
        }
        foreach (var refusals in Refusals(route, isForEverybody).GroupBy(refusal => refusal.Status).OrderBy(group => group.Key))
            operation.Responses[$"{refusals.Key}"] = Answer(refusals.Key, [.. refusals.SelectMany(refusal => refusal.Codes).Distinct()], document);
    }

    /// <summary>A route with two kinds of success under one status: the framework describes only the last. The others are answers of other routes too.</summary>
    static void DescribeEither(OpenApiOperation operation, ApiDescription route, OpenApiDocument document)
    {
        var successes = route.ActionDescriptor.EndpointMetadata.OfType<IProducesResponseTypeMetadata>()
            .Where(answer => answer.Type is not null).GroupBy(answer => answer.StatusCode, answer => answer.Type!);
        foreach (var types in successes)
        {
            if (types.Distinct().ToList() is not [.. { Count: > 0 } others, _] || operation.Responses![$"{types.Key}"].Content?["application/json"] is not { } content) continue;
            content.Schema = new OpenApiSchema { AnyOf = [content.Schema!, .. others.Select(type => new OpenApiSchemaReference(type.Name, document))] };
        }
    }

    static IEnumerable<Refuses> Refusals(ApiDescription route, bool isForEverybody)
    {
        var metadata = route.ActionDescriptor.EndpointMetadata;
        foreach (var own in metadata.OfType<Refuses>()) yield return own;
        if (!isForEverybody) yield return new(StatusCodes.Status401Unauthorized, ["unauthenticated"]);
        if (metadata.OfType<Limit>().Any()) yield return new(StatusCodes.Status429TooManyRequests, ["rate_limited"]);
        if (route.ParameterDescriptions.Any(parameter => parameter.Source.Id == "Path")) yield return new(StatusCodes.Status404NotFound, ["not_found"]);
        if (route.ParameterDescriptions.Any(parameter => parameter.Source.Id == "Query")) yield return new(StatusCodes.Status422UnprocessableEntity, ["invalid_request"]);
        if (metadata.OfType<IAcceptsMetadata>().Any())
        {
            yield return new(StatusCodes.Status400BadRequest, ["malformed"]);
            yield return new(StatusCodes.Status413PayloadTooLarge, ["too_large"]);
            yield return new(StatusCodes.Status415UnsupportedMediaType, ["unsupported_media_type"]);
            yield return new(StatusCodes.Status422UnprocessableEntity, ["invalid_request", "unknown_field"]);
        }
        yield return new(StatusCodes.Status503ServiceUnavailable, ["unavailable"]);
    }

    static OpenApiParameter Parameter(TakesHeader header) => new()
    {
        Name = header.Name,
        In = ParameterLocation.Header,
        Required = header.IsRequired,
        Description = header.Why,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    static OpenApiResponse Answer(int status, string[] codes, OpenApiDocument document)
    {
        var answer = new OpenApiResponse
        {
            Description = $"{ReasonPhrases.GetReasonPhrase(status)}: {string.Join(", ", codes)}",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problems.MediaType] = new() { Schema = new OpenApiSchema { AllOf = [new OpenApiSchemaReference(Problem, document), OneOf(codes)] } },
            },
        };
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable || codes.Contains("idempotency_in_progress"))
            Header(answer, "Retry-After", "Seconds to wait.");
        return answer;
    }

    static OpenApiSchema OneOf(string[] codes) => new()
    {
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. codes.Select(code => System.Text.Json.Nodes.JsonValue.Create(code))] },
        },
    };

    static void Header(OpenApiResponse answer, string name, string why)
    {
        answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
        answer.Headers[name] = new OpenApiHeader { Description = why, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }
}
