using Npgsql;
using NpgsqlTypes;
using Roost.Servers;

namespace Roost.Bus.Tests.Running;

static class Storage
{
    /// <summary>Outbox and sagas in this database.</summary>
    public static PersistenceExtensions<SqlPersistence> StoreIn(this EndpointConfiguration endpoint, Postgres.Database database, bool installs = true)
    {
        var connectionString = database.ConnectionString;
        endpoint.EnableOutbox();
        if (installs) endpoint.EnableInstallers();
        var persistence = endpoint.UsePersistence<SqlPersistence>();
        persistence.ConnectionBuilder(() => new NpgsqlConnection(connectionString));
        persistence.SqlDialect<SqlDialect.PostgreSql>().JsonBParameterModifier(
            parameter => ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb);
        return persistence;
    }
}
