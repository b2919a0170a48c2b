using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Roost.Servers;

/// <summary>A program under test as its own process: what is printed is kept, and it can be killed for real.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    const int SigTerm = 15;
    readonly Process process;
    readonly List<string> lines = [];

    ChildProcess(Process process) => this.process = process;

    /// <param name="program">An executable, or a .dll that dotnet runs.</param>
    /// <param name="environment">Added to this process's own; null takes a variable away.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? Environment.ProcessPath is { } me && me.EndsWith("dotnet") ? me : "dotnet" : program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        if (isAssembly) start.ArgumentList.Add(program);
        foreach (var argument in arguments ?? []) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    public int Id => process.Id;
    public bool HasExited => process.HasExited;
    public int ExitCode => process.ExitCode;

    /// <summary>Everything printed so far, standard output and error together.</summary>
    public string Output { get { lock (lines) return string.Join('\n', lines); } }

    public string[] Lines { get { lock (lines) return [.. lines]; } }

    /// <summary>kill -9: no handler runs, no buffer is flushed. Only this process, not its children.</summary>
    public async Task Kill()
    {
        if (!process.HasExited) process.Kill();
        await WaitForExit(TimeSpan.FromSeconds(10));
    }

    /// <summary>SIGTERM: the polite request that an orchestrator makes.</summary>
    public void Terminate()
    {
        if (!process.HasExited && Signal(process.Id, SigTerm) != 0) throw new InvalidOperationException($"could not signal process {Id}");
    }

    public async Task<int> WaitForExit(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"process {Id} still runs after {within.TotalSeconds:0.#} s. It printed:\n{Tail()}");
        }
        return process.ExitCode;
    }

    /// <summary>Waits until a line with this text was printed, and returns it. An early end is reported at once with what was printed.</summary>
    public async Task<string> Says(string text, TimeSpan? within = null)
    {
        await Eventually.Is(() => Line(text) is not null || HasExited, within ?? TimeSpan.FromSeconds(60), Tail, $"process {Id} says \"{text}\"");
        return Line(text) ?? throw new AssertionException($"process {Id} ended ({ExitCode}) without saying \"{text}\". It printed:\n{Tail()}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await process.WaitForExitAsync(deadline.Token);
        process.Dispose();
    }

    string? Line(string text) { lock (lines) return lines.Find(l => l.Contains(text, StringComparison.Ordinal)); }

    string Tail() { lock (lines) return string.Join('\n', lines.TakeLast(30)); }

    void Keep(string? line)
    {
        if (line is null) return;
        lock (lines) lines.Add(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    static extern int Signal(int processId, int signal);
}
