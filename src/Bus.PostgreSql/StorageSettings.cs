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

    public TimeProvider Clock { get; init; } = TimeProvider.System;

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
