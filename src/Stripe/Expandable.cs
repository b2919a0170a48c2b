using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Roost.Stripe;

/// <summary>A field that is nothing, an id, or the object itself, depending on what was asked for.</summary>
[JsonConverter(typeof(ExpandableChargeConverter))]
public readonly record struct Expandable<T>(string? Id, T? Value);

sealed class ExpandableChargeConverter : JsonConverter<Expandable<Charge>>
{
    public override Expandable<Charge> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Null) return default;
        if (reader.TokenType is JsonTokenType.String) return new Expandable<Charge>(reader.GetString(), null);
        var charge = JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<Charge>)options.GetTypeInfo(typeof(Charge)));
        return new Expandable<Charge>(charge?.Id, charge);
    }

    public override void Write(Utf8JsonWriter writer, Expandable<Charge> value, JsonSerializerOptions options) => writer.WriteStringValue(value.Id);
}
