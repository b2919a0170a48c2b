using Npgsql;

namespace Roost.Servers;

/// <summary>A database of one's own on the server that ROOST__POSTGRES names.</summary>
public static class Postgres
{
    /// <summary>The server itself, for tests that want to look at it (pg_stat_activity). Never put tables there.</summary>
    public static string Server => Given.Require("ROOST__POSTGRES");

    public static Task<Database> NewDatabase(string name) => NewDatabase(Server, name);

    internal static async Task<Database> NewDatabase(string server, string name)
    {
        var database = Given.UniqueName(name);
        // template0: nobody is ever connected to it, so many fixtures can copy it at the same time.
        await Run(server, $"create database {database} template template0");
        return new Database(server, database);
    }

    static async Task Run(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(Unpooled(connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static string Unpooled(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    public sealed class Database(string server, string name) : IAsyncDisposable
    {
        public string Name => name;
        public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(server) { Database = name, Timezone = "UTC" }.ConnectionString;

        /// <summary>The same database at another address: behind a proxy that can be cut.</summary>
        public string Through(string host, int port) =>
            new NpgsqlConnectionStringBuilder(ConnectionString) { Host = host, Port = port }.ConnectionString;

        public async Task<NpgsqlConnection> Open()
        {
            var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return connection;
        }

        public async Task Execute(string sql)
        {
            await using var connection = await Open();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        /// <summary>The first column of the first row; default when there is no row or the value is null.</summary>
        public async Task<T?> Value<T>(string sql)
        {
            await using var connection = await Open();
            await using var command = new NpgsqlCommand(sql, connection);
            await using var rows = await command.ExecuteReaderAsync();
            return await rows.ReadAsync() && !await rows.IsDBNullAsync(0) ? rows.GetFieldValue<T>(0) : default;
        }

        /// <summary>The first column of every row.</summary>
        public async Task<List<T>> Values<T>(string sql)
        {
            await using var connection = await Open();
            await using var command = new NpgsqlCommand(sql, connection);
            await using var rows = await command.ExecuteReaderAsync();
            var values = new List<T>();
            while (await rows.ReadAsync()) values.Add(rows.GetFieldValue<T>(0));
            return values;
        }

        public async ValueTask DisposeAsync()
        {
            await using (var connection = new NpgsqlConnection(ConnectionString)) NpgsqlConnection.ClearPool(connection);
            await Run(server, $"drop database if exists {name} with (force)");
        }
    }
}
