using System.Collections.Concurrent;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql.Outbox;
using Roost.Bus.PostgreSql.Sagas;

namespace Roost.Bus.PostgreSql;

/// <summary>The SQL of an endpoint's tables, put together once.</summary>
sealed class Statements(StorageSettings settings)
{
    readonly ConcurrentDictionary<string, SagaSql> sagas = new();

    public StorageSettings Settings => settings;
    public OutboxSql Outbox { get; } = new(settings.Tables, settings.MarkAsJson);

    public SagaSql Of(SagaTable table) => sagas.TryGetValue(table.Suffix, out var known)
        ? known
        : sagas.GetOrAdd(table.Suffix, _ => new SagaSql(table, settings));
}
