using System.Linq.Expressions;
using System.Reflection;
using NServiceBus;

namespace Roost.Bus.Sagas;

/// <summary>Listens to a saga's ConfigureHowToFindSaga and refuses mappings that could not work.</summary>
sealed class SagaMappings(Type sagaType, IReadOnlySet<Type> handledTypes) : IConfigureHowToFindSagaWithMessage
{
    static readonly Type[] AllowedTypes =
        [typeof(Guid), typeof(string), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong)];

    public PropertyInfo? Correlation { get; private set; }
    public Dictionary<Type, SagaFinder> Finders { get; } = [];
    public Type? NotFoundHandler { get; private set; }

    public void ConfigureMapping<TSagaEntity, TMessage>(
        Expression<Func<TSagaEntity, object?>> sagaEntityProperty, Expression<Func<TMessage, object?>> messageProperty)
        where TSagaEntity : IContainSagaData
    {
        var property = Correlate(sagaEntityProperty);
        if (DirectMember(messageProperty) is { } member && member != property.PropertyType)
            throw Wrong(
                $"maps {typeof(TMessage).Name} by a {member.Name}, but its property {property.Name} is a {property.PropertyType.Name}");
        Add(typeof(TMessage), new FindByMessageProperty<TMessage>(messageProperty.Compile(), sagaType.Name));
    }

    public void ConfigureHeaderMapping<TSagaEntity, TMessage>(Expression<Func<TSagaEntity, object?>> sagaEntityProperty, string headerName)
        where TSagaEntity : IContainSagaData =>
        Add(typeof(TMessage), new FindByHeader(headerName, Correlate(sagaEntityProperty).PropertyType, sagaType.Name));

    public void ConfigureNotFoundHandler<TNotFoundHandler>() where TNotFoundHandler : ISagaNotFoundHandler =>
        NotFoundHandler = typeof(TNotFoundHandler);

    void Add(Type messageType, SagaFinder finder)
    {
        if (!handledTypes.Any(messageType.IsAssignableFrom)) throw Wrong($"maps {messageType.Name}, which it does not handle");
        if (!Finders.TryAdd(messageType, finder)) throw Wrong($"maps {messageType.Name} twice");
    }

    PropertyInfo Correlate<TSagaEntity>(Expression<Func<TSagaEntity, object?>> sagaProperty)
    {
        if (Body(sagaProperty) is not MemberExpression { Member: PropertyInfo { SetMethod.IsPublic: true } property, Expression: ParameterExpression })
            throw Wrong($"is found by '{sagaProperty.Body}', which is not a public property of {typeof(TSagaEntity).Name} that can be set");
        if (!AllowedTypes.Contains(property.PropertyType))
            throw Wrong($"is found by {property.Name}, but a {property.PropertyType.Name} cannot be looked up");
        if (Correlation is not null && Correlation.Name != property.Name)
            throw Wrong($"is found by both {Correlation.Name} and {property.Name}; all messages must use one property");
        return Correlation = property;
    }

    static Type? DirectMember(LambdaExpression expression) => Body(expression) switch
    {
        MemberExpression { Expression: ParameterExpression, Member: PropertyInfo property } => property.PropertyType,
        MemberExpression { Expression: ParameterExpression, Member: FieldInfo field } => field.FieldType,
        _ => null,
    };

    static Expression Body(LambdaExpression expression) =>
        expression.Body is UnaryExpression { NodeType: ExpressionType.Convert, Operand: var operand } ? operand : expression.Body;

    InvalidOperationException Wrong(string what) => new($"Saga {sagaType.Name} {what}.");
}
