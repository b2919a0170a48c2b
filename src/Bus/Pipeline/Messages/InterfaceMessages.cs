using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace Roost.Bus.Pipeline.Messages;

/// <summary>
/// Classes for messages known only as an interface: a receiver of IBookingEvent need not know the class that was published.
/// </summary>
static class InterfaceMessages
{
    static readonly ConcurrentDictionary<Type, Type> Interfaces = new();
    static readonly ConcurrentDictionary<Type, Lazy<Type>> Implementations = new();
    static readonly ModuleBuilder Module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName("Roost.Bus.InterfaceMessages"), AssemblyBuilderAccess.Run)
        .DefineDynamicModule("messages");
    static int implemented;

    /// <summary>The class to create for a message of this type: the type itself unless it is an interface.</summary>
    public static Type ImplementationOf(Type messageType) => messageType.IsInterface
        ? Implementations.GetOrAdd(messageType, static type => new Lazy<Type>(() => Implement(type))).Value
        : messageType;

    /// <summary>The interface a generated class stands for, or the class itself.</summary>
    public static Type MessageTypeOf(Type type) => Interfaces.GetValueOrDefault(type, type);

    public static T Create<T>(Action<T> fill)
    {
        var message = (T)Activator.CreateInstance(ImplementationOf(typeof(T)))!;
        fill(message);
        return message;
    }

    static Type Implement(Type @interface)
    {
        var members = @interface.GetInterfaces().Append(@interface).ToArray();
        if (members.SelectMany(type => type.GetMethods()).Any(method => !method.IsSpecialName))
            throw new NotSupportedException($"{@interface.FullName} cannot be a message: an interface message has properties only.");
        if (!@interface.IsVisible)
            throw new NotSupportedException($"{@interface.FullName} cannot be a message: an interface message must be public.");

        // Numbered: nested in different classes, or loaded from different assemblies, interfaces share a name.
        var name = $"{@interface.Namespace}.{@interface.Name}__impl{Interlocked.Increment(ref implemented)}";
        var type = Module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(object), [@interface]);
        foreach (var property in members.SelectMany(member => member.GetProperties()).DistinctBy(property => property.Name))
            Implement(property, type);
        var implementation = type.CreateType();
        Interfaces[implementation] = @interface;
        return implementation;
    }

    static void Implement(PropertyInfo property, TypeBuilder type)
    {
        const MethodAttributes Accessor =
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.NewSlot;

        var field = type.DefineField(property.Name, property.PropertyType, FieldAttributes.Private);
        var implementation = type.DefineProperty(property.Name, PropertyAttributes.None, property.PropertyType, null);

        var get = type.DefineMethod("get_" + property.Name, Accessor, property.PropertyType, Type.EmptyTypes);
        var il = get.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ret);
        implementation.SetGetMethod(get);

        // A setter even where the interface has none, for the deserialiser.
        var set = type.DefineMethod("set_" + property.Name, Accessor, null, [property.PropertyType]);
        il = set.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
        implementation.SetSetMethod(set);
    }
}
