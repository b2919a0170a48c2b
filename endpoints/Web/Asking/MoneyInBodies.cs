using System.Text.Json;
using System.Text.Json.Serialization;
using Roost.Domain;

namespace Roost.Web.Asking;

/// <summary>Money refuses unknown currencies by itself; here that becomes a refusal of the field, with its path.</summary>
sealed class MoneyInBodies : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            var written = JsonSerializer.Deserialize<Written>(ref reader, options)!;
            return new Money(written.Amount, written.Currency);
        }
        catch (Exception e) when (e is JsonException { InnerException: not JsonException } or ArgumentException)
        {
            throw new JsonException(e.Message); // without a path of its own, so that it gets the one in the whole body
        }
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount", value.Amount);
        writer.WriteString("currency", value.Currency);
        writer.WriteEndObject();
    }

    sealed record Written(long Amount, string Currency);
}
