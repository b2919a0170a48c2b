using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Roost.Web.Asking;

/// <summary>
/// What a request says, whatever order, spacing and escapes its body was written in: a client that makes its JSON anew for a repeat has not asked for something else.
/// Numbers count as they are written: 1 and 1.0 are two of them, which refuses too much rather than too little.
/// </summary>
public static class Meaning
{
    public static byte[] Hash(string address, ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{address}\n"));
        hash.AppendData((Canonical(body) ?? body).Span);
        return hash.GetHashAndReset();
    }

    /// <summary>Null: no JSON, or none that can be read; then no route gets to its contents.</summary>
    static ReadOnlyMemory<byte>? Canonical(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            using var canonical = new MemoryStream();
            using (var json = new Utf8JsonWriter(canonical)) Write(document.RootElement, json);
            return canonical.GetBuffer().AsMemory(0, (int)canonical.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half of a surrogate pair
        {
            return null;
        }
    }

    static void Write(JsonElement value, Utf8JsonWriter json)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                // A stable order: of two members of one name the last, which counts, stays the last.
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(member.Value, json);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(item, json);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.GetString());
                break;
            default:
                json.WriteRawValue(value.GetRawText());
                break;
        }
    }
}
