using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Roost.Servers;

namespace Roost.Benchmarks;

/// <param name="Baseline">What the same machine did in the same run without us: the bare client, the bare database.</param>
public sealed record Finding(
    string Suite, string Name, IReadOnlyDictionary<string, object> Parameters, double Value, string Unit, double? Baseline, double? Ratio);

/// <summary>Where a suite puts what it measured.</summary>
public sealed class Findings(string suite, List<Finding> all)
{
    public void Add(string name, double value, string unit, object? parameters = null, double? baseline = null)
    {
        var named = parameters?.GetType().GetProperties().ToDictionary(p => p.Name, p => p.GetValue(parameters)!) ?? [];
        var finding = new Finding(suite, name, named, Rounded(value), unit, Rounded(baseline), Rounded(baseline is > 0 ? value / baseline : null));
        lock (all) all.Add(finding);
        Console.Error.WriteLine($"  {Report.Row(finding)}");
    }

    static double Rounded(double value) => double.IsFinite(value) ? double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : 0;
    static double? Rounded(double? value) => value is { } given ? Rounded(given) : null;
}

public sealed class Report
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    readonly List<Finding> findings = [];

    public Findings Of(ISuite suite) => new(suite.Name, findings);

    public void Print(TextWriter text)
    {
        text.WriteLine();
        text.WriteLine(Header);
        text.WriteLine(new string('-', Header.Length));
        foreach (var finding in findings) text.WriteLine(Row(finding));
    }

    public string Write()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts"));
        var path = Path.Combine(folder.FullName, "bench.json");
        File.WriteAllText(path, JsonSerializer.Serialize(findings, json) + "\n");
        return Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
    }

    public static string Row(Finding f) => Columns(
        f.Suite, f.Name, string.Join(" ", f.Parameters.Select(p => $"{p.Key}={p.Value}")), Number(f.Value), f.Unit, Number(f.Baseline), f.Ratio is { } r ? $"{r:0.00}" : "");

    static string Header => Columns("suite", "name", "parameters", "value", "unit", "baseline", "ratio");

    static string Columns(string suite, string name, string parameters, string value, string unit, string baseline, string ratio) =>
        $"{suite,-10} {name,-24} {parameters,-32} {value,12} {unit,-10} {baseline,12} {ratio,7}";

    static string Number(double? value) => value is { } v ? v.ToString(Math.Abs(v) < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture) : "";
}
