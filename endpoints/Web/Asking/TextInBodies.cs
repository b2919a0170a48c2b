using System.Text.Json;
using System.Text.Json.Serialization;

namespace Roost.Web.Asking;

/// <summary>No text of ours has a NUL in it: PostgreSQL cannot store one, so what was accepted here would fail wherever it arrives.</summary>
sealed class TextInBodies : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        var text = reader.GetString()!;
        return text.Contains('\0') ? throw new JsonException() : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
