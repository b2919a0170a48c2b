using System.Text.Json;

namespace Roost.Stripe.Tests.Judges;

/// <summary>As much of JSON schema as Stripe's specification uses: types, enums, required, nullable, references, any of.</summary>
public sealed class PublishedSchema
{
    readonly JsonElement schemas;

    PublishedSchema(JsonElement schemas) => this.schemas = schemas;

    public static PublishedSchema Load(string path)
    {
        using var file = File.OpenRead(path);
        return new PublishedSchema(JsonDocument.Parse(file).RootElement.GetProperty("components").GetProperty("schemas").Clone());
    }

    public List<string> Problems(JsonElement value, string shape)
    {
        var problems = new List<string>();
        Check(value, schemas.GetProperty(shape), shape, problems);
        return problems;
    }

    void Check(JsonElement value, JsonElement schema, string path, List<string> problems)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Check(value, schemas.GetProperty(reference.GetString()!.Split('/')[^1]), path, problems);
            return;
        }
        if (value.ValueKind is JsonValueKind.Null)
        {
            if (!(schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())) problems.Add($"{path} is null");
            return;
        }
        if (schema.TryGetProperty("anyOf", out var choices))
        {
            CheckAny(value, choices, path, problems);
            return;
        }
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => one.ToString() == value.ToString()))
            problems.Add($"{path} is {value}");
        if (schema.TryGetProperty("type", out var type) && !Fits(value, type.GetString()!)) problems.Add($"{path} is no {type}");
        else if (value.ValueKind is JsonValueKind.Object) CheckObject(value, schema, path, problems);
        else if (value.ValueKind is JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var item in value.EnumerateArray()) Check(item, items, $"{path}[]", problems);
        }
    }

    void CheckAny(JsonElement value, JsonElement choices, string path, List<string> problems)
    {
        List<string>? fewest = null;
        foreach (var choice in choices.EnumerateArray())
        {
            var found = new List<string>();
            Check(value, choice, path, found);
            if (fewest is null || found.Count < fewest.Count) fewest = found;
        }
        problems.AddRange(fewest ?? []);
    }

    void CheckObject(JsonElement value, JsonElement schema, string path, List<string> problems)
    {
        if (schema.TryGetProperty("required", out var required))
            problems.AddRange(required.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _))
                .Select(name => $"{path}.{name} is missing"));
        if (!schema.TryGetProperty("properties", out var properties)) return;
        foreach (var field in value.EnumerateObject())
        {
            if (properties.TryGetProperty(field.Name, out var known)) Check(field.Value, known, $"{path}.{field.Name}", problems);
            else if (!schema.TryGetProperty("additionalProperties", out _)) problems.Add($"{path}.{field.Name} is no field");
        }
    }

    static bool Fits(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind is JsonValueKind.String,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind is JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind is JsonValueKind.Array,
        "object" => value.ValueKind is JsonValueKind.Object,
        _ => false,
    };
}
