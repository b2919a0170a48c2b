using Microsoft.Extensions.Logging;
using Npgsql;

namespace Roost.Platform.Starting;

static class Databases
{
    /// <param name="name">What the server's pg_stat_activity and our metrics call it; without one metrics would carry the whole connection string.</param>
    public static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder settings, string name, ILoggerFactory? loggers = null)
    {
        settings.ApplicationName = name;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.UseLoggerFactory(loggers).Build();
    }
}
