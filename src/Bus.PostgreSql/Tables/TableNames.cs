using Roost.Bus.Persistence;

namespace Roost.Bus.PostgreSql.Tables;

/// <summary>The official names: quoted, case-sensitive, the prefix verbatim.</summary>
sealed record TableNames
{
    // With the official index names (prefix + "_i_" + 40 letters) a longer prefix would pass PostgreSQL's 63 letters.
    const int LongestPrefix = 20;
    const int LongestSuffix = 43;

    public TableNames(string schema, string prefix)
    {
        Refuse(schema);
        Refuse(prefix);
        Schema = schema;
        Prefix = prefix;
        Outbox = Quoted(OutboxName);
    }

    public string Schema { get; }
    public string Prefix { get; }
    public string OutboxName => $"{Prefix}OutboxData";

    /// <summary>Schema and table as SQL writes them.</summary>
    public string Outbox { get; }

    public string SagaName(SagaTable saga) => Prefix + saga.Suffix;

    public string Saga(SagaTable saga) => Quoted(SagaName(saga));

    public static string CorrelationColumn(string property) => $"Correlation_{property}";

    /// <summary>Without a configured prefix the endpoint's name is it.</summary>
    public static string PrefixOf(string endpoint) => endpoint.Replace('.', '_') + "_";

    public void CheckLengths(IEnumerable<SagaTable> sagas)
    {
        if (Prefix.Length > LongestPrefix)
            throw new InvalidOperationException($"Table prefix '{Prefix}' has more than {LongestPrefix} characters: set a TablePrefix.");
        if (sagas.FirstOrDefault(saga => saga.Suffix.Length > LongestSuffix) is { } tooLong)
            throw new InvalidOperationException(
                $"Table suffix '{tooLong.Suffix}' has more than {LongestSuffix} characters: give the saga [SqlSaga(tableSuffix: ...)].");
    }

    string Quoted(string table) => $"\"{Schema}\".\"{table}\"";

    static void Refuse(string name)
    {
        if (name.AsSpan().IndexOfAny("\"[]`'") >= 0)
            throw new ArgumentException($"'{name}' cannot be part of a table's name: quotes and brackets are not allowed.");
    }
}
