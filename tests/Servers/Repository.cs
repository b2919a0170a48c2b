namespace Roost.Servers;

public static class Repository
{
    /// <summary>Found from where the tests run, not from the compiler's paths: a deterministic build has none.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Messaging.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException($"No Messaging.sln above {AppContext.BaseDirectory}.");
    }
}
