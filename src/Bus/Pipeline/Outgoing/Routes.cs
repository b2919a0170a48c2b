using System.Collections.Frozen;
using System.Reflection;
using NServiceBus;

namespace Roost.Bus.Pipeline.Outgoing;

/// <summary>The routes of one endpoint. Namespaces and assemblies are expanded to exact types at start.</summary>
sealed class Routes
{
    readonly Dictionary<Type, string> byType = [];
    readonly List<(Assembly Assembly, string? Namespace, string Destination)> bySource = [];
    FrozenDictionary<Type, string> effective = FrozenDictionary<Type, string>.Empty;

    public bool EnforceBestPractices { get; set; } = true;

    public IEnumerable<Type> MessageTypes => effective.Keys;

    public void Add(Type messageType, string destination) => byType[messageType] = destination;

    public void Add(Assembly assembly, string? @namespace, string destination) => bySource.Add((assembly, @namespace, destination));

    public string? Find(Type messageType) => effective.GetValueOrDefault(messageType);

    public void Expand(Conventions conventions)
    {
        var routes = new Dictionary<Type, string>();
        // Later entries overwrite earlier ones, and the more precise kind comes later.
        foreach (var (assembly, @namespace, destination) in bySource.OrderBy(s => s.Namespace is null ? 0 : 1))
        {
            var types = assembly.GetTypes()
                .Where(conventions.IsMessage)
                .Where(type => @namespace is null || string.Equals(type.Namespace, @namespace, StringComparison.OrdinalIgnoreCase))
                .ToList();
            if (types.Count == 0)
                throw new InvalidOperationException(
                    $"Cannot configure routing for {assembly.GetName().Name} {@namespace} because it contains no types considered as messages.");
            foreach (var type in types) routes[type] = destination;
        }
        foreach (var (type, destination) in byType)
        {
            if (!conventions.IsMessage(type))
                throw new InvalidOperationException(
                    $"Cannot configure routing for type '{type.FullName}' because it is not considered a message.");
            routes[type] = destination;
        }
        effective = routes.ToFrozenDictionary();
    }
}
