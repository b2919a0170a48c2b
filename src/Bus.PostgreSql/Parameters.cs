using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Roost.Bus.PostgreSql;

/// <summary>Positional and typed: Npgsql sends such statements as they stand, without rewriting them for each message.</summary>
static class Parameters
{
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return command;
    }

    public static NpgsqlBatchCommand WithJson<T>(this NpgsqlBatchCommand command, T json, Action<DbParameter> markAsJson)
    {
        var parameter = new NpgsqlParameter<T> { TypedValue = json };
        markAsJson(parameter);
        command.Parameters.Add(parameter);
        return command;
    }
}
