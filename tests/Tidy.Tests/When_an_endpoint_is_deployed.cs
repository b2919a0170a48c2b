using System.Text.RegularExpressions;

namespace Roost.Tidy.Tests;

/// <summary>A folder of endpoints/ is all that ops/run needs; containers and Prometheus have to be told.</summary>
public sealed class When_an_endpoint_is_deployed
{
    static IEnumerable<string> Endpoints => Project.Under("endpoints/").Select(project => Path.GetFileNameWithoutExtension(project.Path));

    [TestCaseSource(nameof(Endpoints))]
    public void It_is_a_container_whose_figures_are_collected(string endpoint)
    {
        var service = endpoint.ToLowerInvariant();

        Assert.That(Text("docker-compose.yml"), Does.Match($@"\n  {service}:\n    <<: \*endpoint\n(    .*\n)*?    build: .*PROJECT: endpoints/{endpoint}, ASSEMBLY: Roost\.{endpoint} "));
        Assert.That(Text("ops/dashboards/prometheus.yml"), Does.Contain($"\"{service}:8081\""));
    }

    [Test]
    public void Nothing_else_is()
    {
        var built = Regex.Matches(Text("docker-compose.yml"), "PROJECT: endpoints/(?<name>[^,]+),").Select(match => match.Groups["name"].Value);
        var collected = Regex.Matches(Text("ops/dashboards/prometheus.yml"), @"(?<name>[\w-]+):8081").Select(match => match.Groups["name"].Value);

        Assert.That(built, Is.EquivalentTo(Endpoints));
        Assert.That(collected, Is.EquivalentTo(Endpoints.Select(endpoint => endpoint.ToLowerInvariant())));
    }

    static string Text(string path) => Tree.Files("", ".yml").Single(file => file.Path == path).Text;
}
