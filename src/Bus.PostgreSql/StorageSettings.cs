using System.Data;
using System.Data.Common;
using Npgsql;
using Roost.Bus.PostgreSql.Sagas;
using Roost.Bus.PostgreSql.Tables;

namespace Roost.Bus.PostgreSql;

/// <summary>What an endpoint's configuration says about its storage, complete.</summary>
/// <param name="Endpoint">The owner of the tables: two endpoints on one set would take each other's messages for duplicates.</param>
/// <param name="MarkAsJson">The configured modifier that makes a parameter jsonb.</param>
sealed record StorageSettings(string Endpoint, TableNames Tables, Func<DbConnection> ConnectionBuilder, Action<DbParameter> MarkAsJson)
{
    public SagaJson SagaJson { get; init; } = new();
    public bool Installs { get; init; } = true;

    /// <summary>Without it rows and messages are not one: only sagas and the handlers' SQL are committed.</summary>
    public bool Outbox { get; init; } = true;

    /// <summary>The outbox row is written before the handlers run, so that a second delivery waits instead of running them too.</summary>
    public bool Pessimistic { get; init; }

    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary>How long a committed row may wait for its mark before its operations are sent again.</summary>
    public TimeSpan RedispatchAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The bus's own statements take milliseconds, or wait for a message ahead of theirs. One that takes this long is on a connection that has
    /// stalled, whose messages are better tried on another; the provider's half a minute would hold up a worker for that long.
    /// </summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A connection string that is less patient than we are is believed.</summary>
    public NpgsqlBatch Batch(NpgsqlConnection connection, NpgsqlTransaction? transaction) => new(connection, transaction)
    {
        Timeout = connection.CommandTimeout is > 0 and var given ? Math.Min(given, (int)StatementTimeout.TotalSeconds) : (int)StatementTimeout.TotalSeconds,
    };

    public async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        var connection = ConnectionBuilder() as NpgsqlConnection
            ?? throw new InvalidOperationException("ConnectionBuilder has to make NpgsqlConnections.");
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
