using System.Reflection;
using NServiceBus;

namespace Roost.Bus.Hosting;

/// <summary>Finds handlers and sagas that were not registered by name. Switched off with AssemblyScanner().Disable.</summary>
static class HandlerScan
{
    public static void Apply(EndpointBlueprint blueprint)
    {
        var scanner = blueprint.Scanner;
        if (scanner.Disable || blueprint.SendOnly) return;

        foreach (var type in Assemblies(scanner).SelectMany(assembly => TypesOf(assembly, scanner)))
        {
            if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters || scanner.ExcludedTypes.Contains(type)) continue;
            if (type.IsSubclassOf(typeof(Saga)) || typeof(IHandleMessages).IsAssignableFrom(type)) blueprint.AddHandler(type);
        }
    }

    static IEnumerable<Assembly> Assemblies(AssemblyScannerConfiguration scanner)
    {
        var self = typeof(HandlerScan).Assembly.GetName().Name;
        var loaded = scanner.ScanAppDomainAssemblies ? AppDomain.CurrentDomain.GetAssemblies() : [];
        var inFolder = scanner.ScanFileSystemAssemblies ? FilesIn(AppContext.BaseDirectory, scanner) : [];
        var added = scanner.AdditionalAssemblyScanningPath is { } path ? FilesIn(path, scanner) : [];
        return loaded.Concat(inFolder).Concat(added)
            .Distinct()
            .Where(assembly => !assembly.IsDynamic && !scanner.ExcludedAssemblies.Contains(assembly.GetName().Name!))
            .Where(assembly => Array.Exists(assembly.GetReferencedAssemblies(), reference => reference.Name == self));
    }

    static IEnumerable<Assembly> FilesIn(string folder, AssemblyScannerConfiguration scanner)
    {
        var depth = scanner.ScanAssembliesInNestedDirectories ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        foreach (var file in Directory.EnumerateFiles(folder, "*.dll", depth))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)) continue;
            Assembly assembly;
            try
            {
                assembly = Assembly.LoadFrom(file);
            }
            catch (Exception unreadable) when (unreadable is BadImageFormatException or FileLoadException)
            {
                continue; // a native library, or another version of what is loaded already
            }
            yield return assembly;
        }
    }

    static IEnumerable<Type> TypesOf(Assembly assembly, AssemblyScannerConfiguration scanner)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly) when (!scanner.ThrowExceptions)
        {
            return partly.Types.OfType<Type>();
        }
    }
}
