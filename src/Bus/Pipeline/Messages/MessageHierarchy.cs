using NServiceBus;

namespace Roost.Bus.Pipeline.Messages;

/// <summary>
/// The types a message is sent as: itself, then every base class and interface that is a message too, the more derived first.
/// </summary>
static class MessageHierarchy
{
    public static Type[] Of(Type messageType, Conventions conventions)
    {
        var parents = messageType.GetInterfaces().Concat(BaseClassesOf(messageType)).Where(conventions.IsMessage);
        // A stable sort: interfaces stay before base classes of the same depth.
        return [messageType, .. parents.OrderByDescending(Depth)];
    }

    static int Depth(Type type) => type.IsInterface ? type.GetInterfaces().Length : BaseClassesOf(type).Count() + 1;

    static IEnumerable<Type> BaseClassesOf(Type type)
    {
        for (var parent = type.BaseType; parent is not null && parent != typeof(object); parent = parent.BaseType) yield return parent;
    }
}
