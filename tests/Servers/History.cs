using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Roost.Servers;

/// <summary>
/// What clients asked of the nights of some units and what they were told, with the times of both. Written down it is in the format of the
/// history-check tool; <see cref="HistoryChecker"/> judges it too.
/// </summary>
public sealed class History
{
    readonly ConcurrentQueue<Operation> operations = new();
    readonly long began = Stopwatch.GetTimestamp();

    public IReadOnlyCollection<Operation> Operations => operations;

    public long Now => (long)Stopwatch.GetElapsedTime(began).TotalNanoseconds;

    /// <param name="call">When it was asked; <see cref="Now"/> is when the answer came.</param>
    public void Took(int client, string unit, IEnumerable<DateOnly> nights, int quantity, bool isOk, long call) =>
        operations.Enqueue(new(client, "take", unit, Spell(nights), quantity, isOk ? "ok" : "full", call, Now));

    public void Freed(int client, string unit, IEnumerable<DateOnly> nights, int quantity, long call) =>
        operations.Enqueue(new(client, "free", unit, Spell(nights), quantity, "ok", call, Now));

    /// <summary>No answer came: it may have happened at any time since, or not at all.</summary>
    public void Unknown(int client, string what, string unit, IEnumerable<DateOnly> nights, int quantity, long call) =>
        operations.Enqueue(new(client, what, unit, Spell(nights), quantity, "unknown", call, null));

    /// <summary>One operation a line.</summary>
    public string ToJsonLines() => string.Join('\n', operations.OrderBy(o => o.Call).Select(o => JsonSerializer.Serialize(o)));

    /// <summary>The verdict of the independent tool. Skips the test when it is not there.</summary>
    public async Task<(int ExitCode, string Output)> JudgedByTool(IReadOnlyDictionary<string, int> capacities)
    {
        var tool = Tools.Require("history-check/history-check");
        var folder = Directory.CreateTempSubdirectory("history");
        try
        {
            var (capacity, history) = (Path.Combine(folder.FullName, "capacity.json"), Path.Combine(folder.FullName, "history.jsonl"));
            await File.WriteAllTextAsync(capacity, JsonSerializer.Serialize(capacities));
            await File.WriteAllTextAsync(history, ToJsonLines());
            await using var checking = ChildProcess.Start(tool, ["-capacity", capacity, history]);
            return (await checking.WaitForExit(TimeSpan.FromMinutes(1)), checking.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string[] Spell(IEnumerable<DateOnly> nights) => [.. nights.Select(n => n.ToString("O"))];

    public sealed record Operation(
        [property: JsonPropertyName("client")] int Client, [property: JsonPropertyName("op")] string What, [property: JsonPropertyName("unit")] string Unit,
        [property: JsonPropertyName("nights")] string[] Nights, [property: JsonPropertyName("qty")] int Quantity,
        [property: JsonPropertyName("result")] string Result, [property: JsonPropertyName("call")] long Call,
        [property: JsonPropertyName("return"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Return);
}
