using Microsoft.OpenApi;
using Roost.Domain;

namespace Roost.Web.Asking;

/// <summary>The OpenAPI document at /openapi/v1.json, made from the routes, and a page at /docs that shows it.</summary>
public static class Description
{
    internal static void AddDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Roost", Version = "1", Description = "A booking marketplace: homes, hotels, events." };
            document.Components ??= new();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" };
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            document.Components.Schemas[Operations.Problem] = ProblemSchema;
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Complete(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Operations.Complete(operation, context.Description, context.Document!);
            return Task.CompletedTask;
        });
    });

    /// <summary>RFC 9457, with what is ours.</summary>
    static OpenApiSchema ProblemSchema => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457. Some codes bring members of their own, for instance the alternatives of nights that are taken.",
        Required = new HashSet<string> { "type", "title", "status", "code", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Where the code is explained."),
            ["title"] = Text("The status in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            ["detail"] = Text("For a person."),
            ["code"] = Text("Stable: branch on it."),
            ["traceId"] = Text("Finds the request in our logs."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "With 422: the wrong fields, each with its reasons.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        },
    };

    static OpenApiSchema Text(string why) => new() { Type = JsonSchemaType.String, Description = why };

    /// <summary>What the serializer cannot tell of what is written by hand.</summary>
    static void Complete(OpenApiSchema schema, Type type)
    {
        if (type == typeof(Money))
        {
            schema.Type = JsonSchemaType.Object;
            schema.Description = "In minor units: 94500 USD is $945.00.";
            schema.Required = new HashSet<string> { "amount", "currency" };
            schema.Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["amount"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
                ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "ISO 4217" },
            };
        }
    }

    internal static void MapDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        routes.MapGet("/docs", () => Results.Content(Page, "text/html; charset=utf-8")).ExcludeFromDescription();
    }

    // Everything is in the page itself: nothing is loaded from elsewhere.
    const string Page =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Roost API</title>
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
          h2 { margin-top: 2rem; border-bottom: 1px solid #ccc } code, pre { font: 14px/1.4 ui-monospace, monospace }
          summary { cursor: pointer; padding: .2rem 0 } b { display: inline-block; width: 4.5rem } pre { background: #f4f4f4; padding: .7rem; overflow: auto }
        </style>
        <h1>Roost API</h1>
        <p>The document for tools is <a href="/openapi/v1.json">/openapi/v1.json</a>. Problems are <code>application/problem+json</code>;
        branch on their <code>code</code>.</p>
        <main>Loading …</main>
        <script>
          const element = (name, text) => Object.assign(document.createElement(name), { textContent: text ?? '' });
          const resolve = (api, schema, depth = 0) => {
            if (!schema || depth > 6) return schema;
            if (schema.$ref) return resolve(api, schema.$ref.slice(2).split('/').reduce((at, part) => at[part], api), depth + 1);
            if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, resolve(api, value, depth + 1)]));
            if (schema.items) return [resolve(api, schema.items, depth + 1)];
            return [schema.type, schema.format].flat().filter(Boolean).join(' ');
          };
          fetch('/openapi/v1.json').then(answer => answer.json()).then(api => {
            const main = document.querySelector('main');
            main.textContent = '';
            for (const [path, methods] of Object.entries(api.paths)) {
              for (const [method, operation] of Object.entries(methods)) {
                const details = main.appendChild(element('details'));
                const summary = details.appendChild(element('summary'));
                summary.append(element('b', method.toUpperCase()), element('code', path), ' ' + (operation.summary ?? ''));
                const body = operation.requestBody?.content?.['application/json']?.schema;
                if (body) details.append(element('div', 'Body'), element('pre', JSON.stringify(resolve(api, body), null, 2)));
                for (const [status, answer] of Object.entries(operation.responses ?? {})) {
                  const schema = Object.values(answer.content ?? {})[0]?.schema;
                  details.append(element('div', `${status} ${answer.description ?? ''}`));
                  if (schema && status < 400) details.append(element('pre', JSON.stringify(resolve(api, schema), null, 2)));
                }
              }
            }
          });
        </script>
        """;
}
