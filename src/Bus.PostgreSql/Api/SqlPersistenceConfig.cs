using System.Data.Common;
using NServiceBus.Configuration.AdvancedExtensibility;
using Roost.Bus.PostgreSql;

namespace NServiceBus;

public static class SqlPersistenceConfig
{
    /// <summary>
    /// Makes the connections. Each message opens and disposes one, so the connection string's pool bounds them. Worth saying in it:
    /// "Max Auto Prepare" for the handlers' statements, and "No Reset On Close" (a quarter faster) unless they change session settings.
    /// </summary>
    public static void ConnectionBuilder(this PersistenceExtensions<SqlPersistence> configuration, Func<DbConnection> connectionBuilder) =>
        configuration.Options().ConnectionBuilder = connectionBuilder;

    /// <summary>Put before the names of this endpoint's tables, as it stands. The endpoint's name is the default. Another endpoint's is refused at the start.</summary>
    public static void TablePrefix(this PersistenceExtensions<SqlPersistence> configuration, string tablePrefix) =>
        configuration.Options().TablePrefix = tablePrefix;

    public static void DisableInstaller(this PersistenceExtensions<SqlPersistence> configuration) =>
        configuration.Options().InstallerDisabled = true;

    public static Persistence.Sql.SagaSettings SagaSettings(this PersistenceExtensions<SqlPersistence> configuration) =>
        configuration.Options().Sagas;

    public static SqlDialectSettings<T> SqlDialect<T>(this PersistenceExtensions<SqlPersistence> configuration) where T : SqlDialect, new()
    {
        var options = configuration.Options();
        options.DialectChosen = true;
        return new SqlDialectSettings<T> { Options = options };
    }

    public static void Schema(this SqlDialectSettings<SqlDialect.PostgreSql> dialectSettings, string schema) =>
        dialectSettings.Options.Schema = schema;

    /// <summary>Tells the provider that a parameter is jsonb: <c>p => ((NpgsqlParameter)p).NpgsqlDbType = NpgsqlDbType.Jsonb</c>.</summary>
    public static void JsonBParameterModifier(
        this SqlDialectSettings<SqlDialect.PostgreSql> dialectSettings, Action<DbParameter> modifier) =>
        dialectSettings.Options.JsonBParameterModifier = modifier;

    static SqlPersistenceOptions Options(this PersistenceExtensions<SqlPersistence> configuration) =>
        configuration.GetSettings().GetOrCreate<SqlPersistenceOptions>();
}
