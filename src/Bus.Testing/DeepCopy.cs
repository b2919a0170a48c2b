using System.Reflection;
using System.Runtime.CompilerServices;

namespace NServiceBus.Testing;

/// <summary>Copies an object with all it holds, field by field: it works for any state, however its class is written.</summary>
static class DeepCopy
{
    public static T Of<T>(T original) => (T)Copy(original, new Dictionary<object, object>(ReferenceEqualityComparer.Instance))!;

    static object? Copy(object? original, Dictionary<object, object> copied)
    {
        if (original is null || IsImmutable(original.GetType())) return original;
        if (copied.TryGetValue(original, out var known)) return known;

        var type = original.GetType();
        if (original is Array array)
        {
            var clone = (Array)array.Clone();
            copied[original] = clone;
            if (array.Rank == 1)
                for (var i = 0; i < array.Length; i++) clone.SetValue(Copy(array.GetValue(i), copied), i);
            return clone;
        }

        var copy = RuntimeHelpers.GetUninitializedObject(type);
        copied[original] = copy;
        for (var part = type; part is not null; part = part.BaseType)
            foreach (var field in part.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                field.SetValue(copy, Copy(field.GetValue(original), copied));
        return copy;
    }

    static bool IsImmutable(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal)
        || typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type)
        || (type.IsValueType && type.Namespace == "System")
        || type.FullName!.StartsWith("System.Collections.Generic.NonRandomized", StringComparison.Ordinal)
        || typeof(System.Collections.IEqualityComparer).IsAssignableFrom(type);
}
