using System.Data.Common;
using NServiceBus.Persistence.Sql;
using NServiceBus.Settings;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql.Tables;

namespace Roost.Bus.PostgreSql;

/// <summary>What the configuration API was told so far.</summary>
sealed class SqlPersistenceOptions
{
    public Func<DbConnection>? ConnectionBuilder { get; set; }
    public Action<DbParameter>? JsonBParameterModifier { get; set; }
    public bool DialectChosen { get; set; }
    public string Schema { get; set; } = "public";
    public string? TablePrefix { get; set; }
    public bool InstallerDisabled { get; set; }
    public SagaSettings Sagas { get; } = new();

    public static SqlPersistenceOptions Of(IReadOnlySettings settings) =>
        settings.TryGet<SqlPersistenceOptions>(out var options) ? options : new SqlPersistenceOptions();

    public StorageSettings ToSettings(PersistenceContext context)
    {
        if (!DialectChosen) throw Missing("SqlDialect<SqlDialect.PostgreSql>()");
        var outbox = context.Settings.TryGet<OutboxOptions>(out var configured) ? configured : new OutboxOptions();
        return new StorageSettings(
            context.EndpointName,
            new TableNames(Schema, TablePrefix ?? TableNames.PrefixOf(context.EndpointName)),
            ConnectionBuilder ?? throw Missing("ConnectionBuilder(() => new NpgsqlConnection(...))"),
            JsonBParameterModifier ?? throw Missing("SqlDialect<SqlDialect.PostgreSql>().JsonBParameterModifier(...)"))
        {
            SagaJson = Sagas.Json(),
            Installs = !InstallerDisabled,
            Outbox = context.OutboxEnabled,
            Pessimistic = outbox.Pessimistic,
            IsolationLevel = outbox.IsolationLevel,
            Clock = context.Clock,
        };
    }

    static InvalidOperationException Missing(string call) => new($"UsePersistence<SqlPersistence>() needs {call}.");
}
