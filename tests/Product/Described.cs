using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Roost.Product;

/// <summary>
/// The API as Web describes it. Every answer that any test gets is held against it: its status, its code and its body must have been announced.
/// </summary>
public sealed class Described(JsonObject document)
{
    static readonly ConcurrentDictionary<Uri, Described> known = new();

    public JsonObject Paths => document["paths"]!.AsObject();

    /// <summary>Null while Web cannot be asked: it may have been killed since it answered.</summary>
    public static async Task<Described?> By(HttpClient web)
    {
        var address = new Uri(web.BaseAddress!, "/openapi/v1.json");
        if (known.TryGetValue(address, out var described)) return described;
        try
        {
            return known[address] = new(JsonNode.Parse(await web.GetStringAsync(address))!.AsObject());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Null for what is no route of the contract.</summary>
    public JsonObject? Operation(string method, string path)
    {
        var asked = path.Split('/');
        return Paths.Where(each => Matches(each.Key.Split('/'), asked)).OrderBy(each => each.Key.Count(c => c == '{'))
            .Select(each => each.Value![method.ToLowerInvariant()]?.AsObject()).FirstOrDefault(operation => operation is not null);
    }

    public string? Complaint(Answer answer)
    {
        var request = answer.Message.RequestMessage!;
        if (Operation(request.Method.Method, request.RequestUri!.AbsolutePath) is not { } operation) return null;
        if (operation["responses"]![$"{answer.Status}"] is not { } described) return "this status is not described";
        var schema = described["content"]?.AsObject().Select(each => each.Value!["schema"]).FirstOrDefault();
        if (answer.Text.Length == 0) return null;
        if (schema is null) return "this body is not described";
        return answer.Header("Content-Type")?.Contains("json", StringComparison.Ordinal) == true ? Complaint(schema, JsonNode.Parse(answer.Text), "body") : null;
    }

    public JsonNode Resolve(JsonNode schema) => schema["$ref"]?.GetValue<string>() is { } reference
        ? Resolve(reference[2..].Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part])
            ?? throw new AssertionException($"{reference} leads nowhere"))
        : schema;

    public IEnumerable<string> References() => References(document);

    static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member is { Key: "$ref", Value: JsonValue reference } ? [reference.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    string? Complaint(JsonNode schema, JsonNode? value, string at)
    {
        schema = Resolve(schema);
        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            if (Complaint(part!, value, at) is { } complaint) return complaint;
        }
        foreach (var choices in new[] { schema["oneOf"], schema["anyOf"] }.OfType<JsonArray>())
        {
            var complaints = choices.Select(choice => Complaint(choice!, value, at)).ToList();
            if (!complaints.Contains(null)) return string.Join(" and ", complaints);
        }
        if (schema["enum"] is JsonArray values && !values.Any(each => JsonNode.DeepEquals(each, value))) return $"{at}: {value} is not one of {values.ToJsonString()}";
        if (schema["type"] is { } type && !Types(type).Any(each => Is(each, value))) return $"{at}: {value?.ToJsonString() ?? "null"} is no {type.ToJsonString()}";
        return value switch
        {
            JsonObject members when schema["properties"] is JsonObject properties => Complaint(schema, properties, members, at),
            JsonArray items when schema["items"] is { } each => items.Select(item => Complaint(each, item, $"{at}[]")).FirstOrDefault(complaint => complaint is not null),
            _ => null,
        };
    }

    string? Complaint(JsonNode schema, JsonObject properties, JsonObject members, string at)
    {
        var isProblem = properties.ContainsKey("traceId") || properties.Count == 1; // the only ones that may have more than they announce
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey(required!.GetValue<string>())) return $"{at}: no {required}";
        }
        foreach (var (name, value) in members)
        {
            if (properties[name] is not { } property)
            {
                if (!isProblem) return $"{at}: {name} is not described";
            }
            else if (Complaint(property, value, $"{at}.{name}") is { } complaint) return complaint;
        }
        return null;
    }

    static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(each => each!.GetValue<string>()) : [type.GetValue<string>()];

    static bool Is(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", var kind) => kind == JsonValueKind.Null,
        ("object", var kind) => kind == JsonValueKind.Object,
        ("array", var kind) => kind == JsonValueKind.Array,
        ("string", var kind) => kind == JsonValueKind.String,
        ("boolean", var kind) => kind is JsonValueKind.True or JsonValueKind.False,
        ("integer", JsonValueKind.Number) => !value!.ToJsonString().Contains('.', StringComparison.Ordinal),
        ("number", var kind) => kind == JsonValueKind.Number,
        _ => false,
    };

    static bool Matches(string[] pattern, string[] path) =>
        pattern.Length == path.Length && pattern.Zip(path).All(pair => pair.First.StartsWith('{') ? Guid.TryParse(pair.Second, out _) : pair.First == pair.Second);
}
