using System.Collections.Concurrent;
using System.Reflection;
using NServiceBus.Pipeline;

namespace Roost.Bus.Pipeline.Messages;

/// <summary>
/// Reads the header that names a message's types. Assemblies may differ between sender and receiver: the full name decides.
/// </summary>
sealed class EnclosedTypes
{
    // The header comes from outside: whoever sends ever new names must not fill the memory.
    const int MaxRemembered = 1000;
    const int LongestRemembered = 8 * 1024;

    // The type loader keeps something of each name for ever, found or not. Beyond so many only what is known without it is found.
    const int MaxStrange = 1000;

    readonly ConcurrentDictionary<string, MessageMetadata[]> remembered = new();
    readonly ILookup<string, Type> knownTypes;
    readonly MessageCatalog catalog;
    int strange;

    public EnclosedTypes(MessageCatalog catalog, IEnumerable<Type> handledTypes)
    {
        this.catalog = catalog;
        var handled = handledTypes.Distinct().ToArray();
        knownTypes = handled
            .Concat(handled.Select(type => type.Assembly).Distinct().SelectMany(LoadableTypes).Where(catalog.IsMessage))
            .Distinct()
            .ToLookup(type => type.FullName!);
    }

    /// <summary>The types to deserialise the body into: one, unless the header lists types that have nothing to do with each other.</summary>
    public MessageMetadata[] Roots(string header)
    {
        if (remembered.TryGetValue(header, out var known)) return known;
        var roots = Resolve(header);
        if (header.Length <= LongestRemembered && remembered.Count < MaxRemembered) remembered[header] = roots;
        return roots;
    }

    MessageMetadata[] Resolve(string header)
    {
        var roots = new List<Type>();
        foreach (var name in header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.Contains("__impl")) continue;
            if (Find(name) is not { } type) continue;
            if (roots.Count == 0 || !type.IsAssignableFrom(roots[^1])) roots.Add(type);
        }
        return [.. roots.Select(catalog.Get)];
    }

    Type? Find(string name)
    {
        var (fullName, assembly) = Split(name);
        var known = knownTypes[fullName];
        var found = known.FirstOrDefault(type => type.Assembly.GetName().Name == assembly) ?? known.FirstOrDefault();
        if (found is not null) return catalog.IsMessage(found) ? found : null;
        if (Volatile.Read(ref strange) >= MaxStrange || !TypeNames.IsPlain(name)) return null;
        if (Load(name) is { } loaded && catalog.IsMessage(loaded)) return loaded;
        Interlocked.Increment(ref strange);
        return null;
    }

    static Type? Load(string name)
    {
        try
        {
            return Type.GetType(name, throwOnError: false);
        }
        catch (Exception unreadable) when (unreadable is IOException or BadImageFormatException or ArgumentException or TypeLoadException or NotSupportedException)
        {
            return null; // not a name this process can know
        }
    }

    /// <summary>A generic name has commas inside its brackets.</summary>
    static (string FullName, string? Assembly) Split(string name)
    {
        var end = name.IndexOf(',', Math.Max(0, name.LastIndexOf(']')));
        return end < 0 ? (name, null) : (name[..end], name[(end + 1)..].Split(',')[0].Trim());
    }

    static IEnumerable<Type> LoadableTypes(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>();
        }
    }
}
