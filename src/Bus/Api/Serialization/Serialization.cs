using System.Text.Json;
using NServiceBus.Configuration.AdvancedExtensibility;
using NServiceBus.Serialization;
using NServiceBus.Settings;

namespace NServiceBus.Serialization
{
    /// <summary>A format for message bodies.</summary>
    public abstract class SerializationDefinition
    {
        internal abstract string ContentType { get; }

        internal abstract void Serialize(object message, System.Buffers.IBufferWriter<byte> body);

        internal abstract object Deserialize(ReadOnlySpan<byte> body, Type messageType);
    }

    public sealed class SerializationExtensions<T> : ExposeSettings where T : SerializationDefinition
    {
        internal SerializationExtensions(T definition, SettingsHolder settings) : base(settings) => Definition = definition;

        internal T Definition { get; }
    }
}

namespace NServiceBus
{
    /// <summary>System.Text.Json: names as declared, case-sensitive, enums as numbers, unless its options say otherwise.</summary>
    public sealed class SystemJsonSerializer : SerializationDefinition
    {
        static readonly System.Buffers.ArrayBufferWriter<byte> Nowhere = new();
        [ThreadStatic] static Utf8JsonWriter? writer;

        static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

        internal JsonSerializerOptions JsonOptions { get; set; } = new();
        internal string Type { get; set; } = "application/json";

        internal override string ContentType => Type;

        internal override void Serialize(object message, System.Buffers.IBufferWriter<byte> body)
        {
            // A writer per thread: serialisation is synchronous, so it is never used by two messages at once.
            var json = writer ??= new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
            json.Reset(body);
            JsonSerializer.Serialize(json, message, message.GetType(), JsonOptions);
            json.Flush();
            json.Reset(Nowhere); // the body is its caller's, who may want to let go of it
        }

        /// <summary>A byte order mark is not JSON; reading from a stream, as the official serializer does, skips it.</summary>
        internal override object Deserialize(ReadOnlySpan<byte> body, Type messageType) =>
            JsonSerializer.Deserialize(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, messageType, JsonOptions)
            ?? throw new JsonException($"The body of a {messageType.Name} is null.");
    }

    public static class SystemJsonConfigurationExtensions
    {
        public static void Options(this SerializationExtensions<SystemJsonSerializer> config, JsonSerializerOptions options) =>
            config.Definition.JsonOptions = options;

        public static void ContentType(this SerializationExtensions<SystemJsonSerializer> config, string contentType)
        {
            ArgumentException.ThrowIfNullOrEmpty(contentType);
            config.Definition.Type = contentType;
        }
    }
}
