using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using NServiceBus;
using Roost.Bus.Persistence;

namespace Roost.Bus.Sagas;

/// <summary>All that is known about a saga class before any message arrives.</summary>
sealed class SagaModel
{
    readonly Dictionary<Type, SagaFinder> finders;
    readonly HashSet<Type> startedBy;
    readonly Func<IContainSagaData> createData;

    SagaModel(Type sagaType, Type dataType, string tableSuffix, SagaMappings mappings)
    {
        SagaType = sagaType;
        DataType = dataType;
        AssemblyQualifiedName = sagaType.AssemblyQualifiedName!;
        Correlation = mappings.Correlation is { } property ? new SagaProperty(property) : null;
        NotFoundHandler = mappings.NotFoundHandler;
        finders = mappings.Finders;
        startedBy = [.. Handled(sagaType, typeof(IAmStartedByMessages<>))];
        createData = Expression.Lambda<Func<IContainSagaData>>(Expression.New(dataType)).Compile();
        Table = new SagaTable(tableSuffix, dataType, Correlation?.Name, Correlation?.Type);
    }

    public Type SagaType { get; }
    public Type DataType { get; }
    public string AssemblyQualifiedName { get; }
    public SagaProperty? Correlation { get; }
    public Type? NotFoundHandler { get; }
    public SagaTable Table { get; }

    public IContainSagaData CreateData() => createData();

    /// <summary>How the saga is found for a message: by the first of its types that has a mapping.</summary>
    public SagaFinder? FinderFor(Type[] messageHierarchy)
    {
        foreach (var type in messageHierarchy)
            if (finders.TryGetValue(type, out var finder)) return finder;
        return null;
    }

    public bool MayStartWith(Type[] messageHierarchy) => Array.Exists(messageHierarchy, startedBy.Contains);

    public static SagaModel Of(Type sagaType, string tableSuffix)
    {
        var mappings = new SagaMappings(sagaType, Handled(sagaType, typeof(IHandleMessages<>)).ToHashSet());

        // No constructor runs: what the saga needs injected does not exist yet.
        ((Saga)RuntimeHelpers.GetUninitializedObject(sagaType)).ConfigureHowToFindSaga(mappings);

        var model = new SagaModel(sagaType, DataTypeOf(sagaType), tableSuffix, mappings);
        model.Check();
        return model;
    }

    void Check()
    {
        if (startedBy.Count == 0)
            throw new InvalidOperationException(
                $"Saga {SagaType.Name} needs at least one message that starts it: implement IAmStartedByMessages<T>.");
        if (startedBy.FirstOrDefault(starter => !finders.Keys.Any(mapped => mapped.IsAssignableFrom(starter))) is { } unmapped)
            throw new InvalidOperationException(
                $"Saga {SagaType.Name} is started by {unmapped.Name} but has no mapping for it. Map it in ConfigureHowToFindSaga.");
    }

    static Type DataTypeOf(Type sagaType)
    {
        for (var type = sagaType.BaseType; type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Saga<>)) return type.GetGenericArguments()[0];
        throw new InvalidOperationException($"'{sagaType.FullName}' does not inherit from Saga<T>.");
    }

    static IEnumerable<Type> Handled(Type sagaType, Type genericInterface) => sagaType.GetInterfaces()
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == genericInterface)
        .Select(type => type.GetGenericArguments()[0]);
}
