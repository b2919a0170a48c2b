using Roost.Bus.PostgreSql;

namespace NServiceBus;

public abstract class SqlDialect
{
    public class PostgreSql : SqlDialect;
}

public class SqlDialectSettings<T> where T : SqlDialect, new()
{
    internal SqlPersistenceOptions Options { get; init; } = new();
}
