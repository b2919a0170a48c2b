using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Serialization;
using System.Text;
using Newtonsoft.Json;
using NServiceBus;
using NServiceBus.Persistence.Sql;

namespace Roost.Bus.PostgreSql.Sagas;

/// <summary>
/// Saga rows as the official persistence writes them. Its serializer and its two settings are part of the format: left-out default
/// values, and collections that are filled rather than replaced, come back as the same state only with them.
/// </summary>
sealed class SagaJson(
    JsonSerializerSettings? settings = null,
    RetrieveVersionSpecificJsonSettings? settingsForVersion = null,
    Func<TextReader, JsonReader>? reader = null,
    Func<StringBuilder, JsonWriter>? writer = null)
{
    static readonly JsonSerializerSettings Official = new()
    {
        DefaultValueHandling = DefaultValueHandling.Ignore,
        Formatting = Formatting.Indented,
    };

    readonly JsonSerializer current = JsonSerializer.Create(settings ?? Official);
    readonly ConcurrentDictionary<(Type DataType, string Version), JsonSerializer> olderVersions = new();

    public string WriteData(IContainSagaData data)
    {
        // These three have their own columns; as default values they are left out of the object.
        var (id, originator, originalMessageId) = (data.Id, data.Originator, data.OriginalMessageId);
        (data.Id, data.Originator, data.OriginalMessageId) = (Guid.Empty, null, null);
        try
        {
            return Write(data);
        }
        finally
        {
            (data.Id, data.Originator, data.OriginalMessageId) = (id, originator, originalMessageId);
        }
    }

    public string WriteMetadata(IContainSagaData data)
    {
        var metadata = new Dictionary<string, string>(2);
        if (data.OriginalMessageId is { } message) metadata.Add(nameof(data.OriginalMessageId), message);
        if (data.Originator is { } originator) metadata.Add(nameof(data.Originator), originator);
        return Write(metadata);
    }

    /// <summary>What cannot be read now cannot be read a moment later either: its exception is one that is not worth a retry.</summary>
    public IContainSagaData Read(Type dataType, Guid id, string? version, string metadata, string json)
    {
        try
        {
            return ReadAll(dataType, id, version, metadata, json);
        }
        catch (Exception unreadable)
        {
            throw new SerializationException($"The stored data of saga {id} cannot be read as {dataType}.", unreadable);
        }
    }

    IContainSagaData ReadAll(Type dataType, Guid id, string? version, string metadata, string json)
    {
        var data = (IContainSagaData)(Read(SerializerFor(dataType, version), dataType, json)
            ?? throw new InvalidOperationException($"The row of saga {dataType} {id} holds no object."));
        var facts = (Dictionary<string, string>?)Read(current, typeof(Dictionary<string, string>), metadata);
        data.Id = id;
        data.Originator = facts?.GetValueOrDefault(nameof(data.Originator));
        data.OriginalMessageId = facts?.GetValueOrDefault(nameof(data.OriginalMessageId));
        return data;
    }

    JsonSerializer SerializerFor(Type dataType, string? version)
    {
        if (settingsForVersion is null || version is null) return current;
        return olderVersions.GetOrAdd((dataType, version), key =>
            settingsForVersion(key.DataType, Version.Parse(key.Version)) is { } older ? JsonSerializer.Create(older) : current);
    }

    object? Read(JsonSerializer serializer, Type type, string json)
    {
        var text = new StringReader(json);
        using var tokens = reader is null ? new JsonTextReader(text) { ArrayPool = SharedArrays.Instance } : reader(text);
        return serializer.Deserialize(tokens, type);
    }

    string Write(object value)
    {
        var text = new StringBuilder(256);
        using (var tokens = writer is null ? Tokens(text) : writer(text)) current.Serialize(tokens, value);
        return text.ToString();
    }

    static JsonTextWriter Tokens(StringBuilder text) =>
        new(new StringWriter(text, CultureInfo.InvariantCulture)) { ArrayPool = SharedArrays.Instance };

    sealed class SharedArrays : IArrayPool<char>
    {
        public static readonly SharedArrays Instance = new();

        public char[] Rent(int minimumLength) => ArrayPool<char>.Shared.Rent(minimumLength);

        public void Return(char[]? array) => ArrayPool<char>.Shared.Return(array!);
    }
}
