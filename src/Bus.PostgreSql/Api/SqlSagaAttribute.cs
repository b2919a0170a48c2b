namespace NServiceBus.Persistence.Sql;

/// <summary>What a saga's table is called when not after the class.</summary>
/// <param name="correlationProperty">Only repeats what the saga's mappings say.</param>
/// <param name="transitionalCorrelationProperty">A second correlation column during a migration; refused here at start.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SqlSagaAttribute(
    string? correlationProperty = null, string? transitionalCorrelationProperty = null, string? tableSuffix = null) : Attribute
{
    public string? CorrelationProperty { get; } = correlationProperty;
    public string? TransitionalCorrelationProperty { get; } = transitionalCorrelationProperty;
    public string? TableSuffix { get; } = tableSuffix;
}
