using System.Runtime.InteropServices;
using NUnit.Framework;
using Roost.Benchmarks;

// ops/bench [SUITE …]: servers come from the same variables as for tests. Without a name every suite runs.
ISuite[] all = [.. typeof(ISuite).Assembly.GetTypes()
    .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(ISuite)))
    .Select(type => (ISuite)Activator.CreateInstance(type)!)
    .OrderBy(suite => suite.Name, StringComparer.Ordinal)];

var unknown = args.Where(name => all.All(suite => suite.Name != name)).ToList();
if (unknown.Count > 0 || args.Contains("--help"))
{
    Console.Error.WriteLine($"No suite is called {string.Join(", ", unknown)}. There are:");
    foreach (var suite in all) Console.Error.WriteLine($"  {suite.Name,-12} {suite.About}");
    return 2;
}

using var stop = new CancellationTokenSource();
// What the suite made on the servers is taken away first.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

var report = new Report();
try
{
    foreach (var suite in all.Where(suite => args.Length == 0 || args.Contains(suite.Name)))
    {
        Console.Error.WriteLine($"{suite.Name}: {suite.About}");
        await suite.Run(report.Of(suite), stop.Token);
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("stopped");
    return 130;
}
catch (Exception e) when (e is IgnoreException or AssertionException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
report.Print(Console.Out);
Console.WriteLine($"Written to {report.Write()}");
return 0;
