using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using NServiceBus;

namespace Roost.Bus.Sagas;

/// <summary>The property that finds a saga, with compiled access.</summary>
sealed class SagaProperty
{
    readonly Func<object, object?> get;
    readonly Action<object, object?> set;

    public SagaProperty(PropertyInfo property)
    {
        Name = property.Name;
        Type = property.PropertyType;
        Default = Type.IsValueType ? RuntimeHelpers.GetUninitializedObject(Type) : null;

        var data = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(object));
        var member = Expression.Property(Expression.Convert(data, property.DeclaringType!), property);
        get = Expression.Lambda<Func<object, object?>>(Expression.Convert(member, typeof(object)), data).Compile();
        set = Expression.Lambda<Action<object, object?>>(Expression.Assign(member, Expression.Convert(value, Type)), data, value).Compile();
    }

    public string Name { get; }
    public Type Type { get; }
    public object? Default { get; }

    public object? Of(IContainSagaData data) => get(data);

    public void Set(IContainSagaData data, object? value) => set(data, value);
}
