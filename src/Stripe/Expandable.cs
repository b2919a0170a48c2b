using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Roost.Stripe;

/// <summary>A field that is nothing, an id, or the object itself, depending on what was asked for.</summary>
public readonly record struct Expandable<T>(string? Id, T? Value);

public interface IHasId
{
    string Id { get; }
}

sealed class ExpandableConverter<T> : JsonConverter<Expandable<T>> where T : class, IHasId
{
    public override Expandable<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Null) return default;
        if (reader.TokenType is JsonTokenType.String) return new Expandable<T>(reader.GetString(), null);
        var value = JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        return new Expandable<T>(value?.Id, value);
    }

    public override void Write(Utf8JsonWriter writer, Expandable<T> value, JsonSerializerOptions options) => writer.WriteStringValue(value.Id);
}
