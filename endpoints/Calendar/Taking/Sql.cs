using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Roost.Domain;

namespace Roost.Calendar.Taking;

/// <summary>How the calendar's words are spelled in its tables.</summary>
static class Sql
{
    static readonly string[] UnitKinds = ["home", "room", "ticket"];
    static readonly string[] Kinds = ["hold", "booking", "block", "offer", "feed", "change"];
    static readonly string[] States = ["live", "given_back", "lapsed", "lost", "refused", "used"];

    /// <summary>As in the HTTP answers that are made of it.</summary>
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string? InSql(this Refused? refusal) => refusal is null ? null : JsonSerializer.Serialize(refusal, Web);
    public static Refused? ToRefused(string? json) => json is null ? null : JsonSerializer.Deserialize<Refused>(json, Web);

    public static string InSql(this ClaimKind kind) => Kinds[(int)kind];
    public static string InSql(this ClaimState state) => States[(int)state];
    public static ClaimKind ToKind(string word) => (ClaimKind)Array.IndexOf(Kinds, word);
    public static ClaimState ToState(string word) => (ClaimState)Array.IndexOf(States, word);

    public static string InSql(this UnitKind kind) => UnitKinds[(int)kind - 1];
    public static UnitKind ToUnitKind(string word) => (UnitKind)(Array.IndexOf(UnitKinds, word) + 1);

    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, string name, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T>(name, value));
        return command;
    }

    public static T? Nullable<T>(this NpgsqlDataReader rows, int column) where T : struct =>
        rows.IsDBNull(column) ? null : rows.GetFieldValue<T>(column);

    public static string? Text(this NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
}
