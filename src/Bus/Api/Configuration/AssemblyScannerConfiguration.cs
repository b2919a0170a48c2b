namespace NServiceBus;

/// <summary>Where handlers, sagas and messages are looked for when they are not registered by name.</summary>
public sealed class AssemblyScannerConfiguration
{
    public bool Disable { get; set; }
    public bool ScanAppDomainAssemblies { get; set; } = true;
    public bool ScanFileSystemAssemblies { get; set; } = true;
    public bool ScanAssembliesInNestedDirectories { get; set; }
    public bool ThrowExceptions { get; set; } = true;
    public string? AdditionalAssemblyScanningPath { get; set; }

    internal HashSet<string> ExcludedAssemblies { get; } = new(StringComparer.OrdinalIgnoreCase);
    internal HashSet<Type> ExcludedTypes { get; } = [];

    public void ExcludeAssemblies(params string[] assemblies)
    {
        foreach (var assembly in assemblies)
            ExcludedAssemblies.Add(Path.GetFileNameWithoutExtension(assembly + (assembly.EndsWith(".dll") ? "" : ".dll")));
    }

    public void ExcludeTypes(params Type[] types)
    {
        foreach (var type in types) ExcludedTypes.Add(type);
    }
}
