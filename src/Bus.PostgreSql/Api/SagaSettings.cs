using System.Text;
using Newtonsoft.Json;
using Roost.Bus.PostgreSql.Sagas;

namespace NServiceBus.Persistence.Sql;

/// <summary>How to read saga data that an older version of the assembly wrote; null for the usual settings.</summary>
public delegate JsonSerializerSettings? RetrieveVersionSpecificJsonSettings(Type sagaDataType, Version sagaVersion);

public sealed class SagaSettings
{
    JsonSerializerSettings? settings;
    RetrieveVersionSpecificJsonSettings? forVersion;
    Func<TextReader, JsonReader>? reader;
    Func<StringBuilder, JsonWriter>? writer;

    public void JsonSettings(JsonSerializerSettings jsonSerializerSettings) => settings = jsonSerializerSettings;

    public void JsonSettingsForVersion(RetrieveVersionSpecificJsonSettings builder) => forVersion = builder;

    public void ReaderCreator(Func<TextReader, JsonReader> readerCreator) => reader = readerCreator;

    public void WriterCreator(Func<StringBuilder, JsonWriter> writerCreator) => writer = writerCreator;

    internal SagaJson Json() => new(settings, forVersion, reader, writer);
}
