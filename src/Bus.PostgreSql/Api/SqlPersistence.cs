using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NServiceBus.Persistence;
using NServiceBus.Persistence.Sql;
using NServiceBus.Settings;
using Roost.Bus.Persistence;
using Roost.Bus.PostgreSql;

namespace NServiceBus;

/// <summary>Sagas and outbox in PostgreSQL, in one transaction with the handlers' own rows.</summary>
public class SqlPersistence : PersistenceDefinition, IPersistenceDefinitionFactory<SqlPersistence>
{
    internal SqlPersistence() { }

    static SqlPersistence IPersistenceDefinitionFactory<SqlPersistence>.Create() => new();

    public override IPersistence CreatePersistence(PersistenceContext context) => new PostgreSqlPersistence(
        SqlPersistenceOptions.Of(context.Settings).ToSettings(context), context.Loggers.CreateLogger<SqlPersistence>());

    public override string TableSuffixOf(Type sagaType)
    {
        var saga = sagaType.GetCustomAttribute<SqlSagaAttribute>();
        if (saga?.TransitionalCorrelationProperty is not null)
            throw new NotSupportedException($"{sagaType} has a transitional correlation property, which is not supported.");
        return saga?.TableSuffix ?? base.TableSuffixOf(sagaType);
    }

    public override void ConfigureServices(IServiceCollection services, SettingsHolder settings) =>
        services.AddScoped<ISqlStorageSession, InjectedStorageSession>();
}
