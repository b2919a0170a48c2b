using System.Globalization;
using System.Text.RegularExpressions;

namespace Roost.Platform.Tests.Measuring;

/// <summary>Reads the text format 0.0.4 as strictly as Prometheus does, and fails on what Prometheus would refuse.</summary>
public static partial class PrometheusText
{
    public static IReadOnlyDictionary<string, double> Read(string text)
    {
        Assert.That(text, Does.EndWith("\n").And.Not.Contain("\r"));
        var samples = new Dictionary<string, double>();
        var types = new Dictionary<string, string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ")) continue;
            if (line.StartsWith("# TYPE "))
            {
                var parts = line.Split(' ');
                Assert.That(parts[3], Is.AnyOf("counter", "gauge", "histogram"), line);
                Assert.That(types.TryAdd(parts[2], parts[3]), "one TYPE line per metric: " + line);
                continue;
            }
            var sample = Sample.Match(line);
            Assert.That(sample.Success, "not a sample: " + line);
            var name = sample.Groups["name"].Value;
            var family = types.ContainsKey(name) ? name : Regex.Replace(name, "_(bucket|sum|count)$", "");
            Assert.That(types, Does.ContainKey(family), "a sample before its TYPE: " + line);
            var value = sample.Groups["value"].Value.Replace("+Inf", "∞").Replace("-Inf", "-∞");
            Assert.That(samples.TryAdd(name + sample.Groups["labels"].Value, double.Parse(value, CultureInfo.InvariantCulture)), "twice: " + line);
        }
        Assert.That(samples, Is.Not.Empty);
        return samples;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*",?)*\})? (?<value>-?[0-9.eE+\-]+|NaN|[+-]Inf)$""")]
    static partial Regex Sample { get; }
}
