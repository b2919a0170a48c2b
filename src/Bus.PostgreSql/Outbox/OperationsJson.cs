using System.Buffers;
using System.Globalization;
using System.Runtime.Serialization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Roost.Bus.Transport;

namespace Roost.Bus.PostgreSql.Outbox;

/// <summary>
/// The outbox's Operations column in the official format: a row of either runtime can be dispatched by the other.
/// jsonb keeps no order of keys, so none is expected.
/// </summary>
static class OperationsJson
{
    const string WireTime = "yyyy-MM-dd HH:mm:ss:ffffff 'Z'";

    // Header values full of quotes and non-ASCII letters need no \u escapes: jsonb would undo them.
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    const int KeptBuffer = 256 * 1024;
    [ThreadStatic] static ArrayBufferWriter<byte>? buffer;
    static readonly byte[] None = "[]"u8.ToArray();

    public static byte[] Write(IReadOnlyList<OutgoingOperation> operations)
    {
        if (operations.Count == 0) return None;
        // Growing a new buffer for each message was most of what storing it allocated.
        var written = buffer ??= new ArrayBufferWriter<byte>(4096);
        written.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(written, Plain))
        {
            json.WriteStartArray();
            foreach (var operation in operations) Write(json, operation);
            json.WriteEndArray();
        }
        if (written.Capacity > KeptBuffer) buffer = null;
        return written.WrittenSpan.ToArray();
    }

    static void Write(Utf8JsonWriter json, OutgoingOperation operation)
    {
        json.WriteStartObject();
        json.WriteBase64String("Body", operation.Body.Span);
        json.WriteStartObject("Headers");
        foreach (var (name, value) in operation.Headers) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("MessageId", operation.MessageId);
        json.WriteStartObject("Options");
        if (operation.DelayDeliveryFor is { } delay) json.WriteString("DelayDeliveryFor", delay.ToString());
        if (operation.DeliverAt is { } at) json.WriteString("DeliverAt", at.UtcDateTime.ToString(WireTime, CultureInfo.InvariantCulture));
        if (operation.Destination is { } destination) json.WriteString("Destination", destination);
        if (operation.EventType is { } eventType) json.WriteString("EventType", eventType.AssemblyQualifiedName);
        if (operation.TimeToBeReceived is { } time) json.WriteString("TimeToBeReceived", time.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static IReadOnlyList<OutgoingOperation> Read(string messageId, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception unreadable)
        {
            throw new SerializationException($"The stored operations of message {messageId} cannot be read.", unreadable);
        }
    }

    static OutgoingOperation Read(JsonElement json)
    {
        var id = json.GetProperty("MessageId").GetString()!;
        var options = json.TryGetProperty("Options", out var found) ? found : default;
        var destination = Option("Destination");
        var eventType = destination is null ? Option("EventType") : null;
        if (destination is null && eventType is null)
            throw new InvalidOperationException($"The stored message {id} says neither a destination nor an event type.");

        return new OutgoingOperation(id, Headers(json), Body(json))
        {
            Destination = destination,
            EventType = eventType is null ? null : Type.GetType(eventType, throwOnError: true),
            DelayDeliveryFor = Option("DelayDeliveryFor") is { } delay ? TimeSpan.Parse(delay, CultureInfo.InvariantCulture) : null,
            DeliverAt = Option("DeliverAt") is { } at
                ? DateTimeOffset.ParseExact(at, WireTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                : null,
            TimeToBeReceived = Option("TimeToBeReceived") is { } time ? TimeSpan.Parse(time, CultureInfo.InvariantCulture) : null,
        };

        string? Option(string name) =>
            options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    static Dictionary<string, string> Headers(JsonElement json) =>
        json.TryGetProperty("Headers", out var headers) && headers.ValueKind == JsonValueKind.Object
            ? headers.EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!)
            : [];

    static byte[] Body(JsonElement json) =>
        json.TryGetProperty("Body", out var body) && body.ValueKind == JsonValueKind.String ? body.GetBytesFromBase64() : [];
}
