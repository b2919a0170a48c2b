using IOPath = System.IO.Path;

namespace Roost.Servers;

/// <summary>Programs that some tests use when they are there: ROOST_TOOLS names their folder, else ../shared/tools beside the repository.</summary>
public static class Tools
{
    public static string Folder => Given.Value("ROOST_TOOLS") ?? IOPath.GetFullPath(IOPath.Combine(Repository.Root, "..", "shared", "tools"));

    /// <summary>Null when it is not there.</summary>
    public static string? Path(string tool)
    {
        var path = IOPath.Combine(Folder, tool);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    /// <summary>Optional everywhere, also in CI: the test is skipped with a line that names the tool.</summary>
    public static string Require(string tool) =>
        Path(tool) ?? throw new IgnoreException($"skipped: {tool} is not in {Folder} (ROOST_TOOLS names another folder)");
}
