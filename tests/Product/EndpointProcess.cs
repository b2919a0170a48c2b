namespace Roost.Product;

/// <summary>One endpoint of the product as a process of its own, as it was built with these tests.</summary>
public static class EndpointProcess
{
    public static ChildProcess Start(string endpoint, IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var program = Path.Combine(Repository.Root, "endpoints", endpoint, "bin", configuration, "net10.0", $"Roost.{endpoint}.dll");
        return ChildProcess.Start(program, environment: settings, folder: Path.GetDirectoryName(program));
    }
}
