using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Enduring;

/// <summary>
/// What a process holds must not grow with what it has done. ROOST_TEST_MESSAGES says how many pass; by default so many that fifty bytes kept of
/// each would be noticed. A tenth of it with outbox.
/// </summary>
public sealed class When_very_many_messages_pass
{
    static readonly int Messages = int.Parse(Environment.GetEnvironmentVariable("ROOST_TEST_MESSAGES") ?? "50000");
    const long MiB = 1024 * 1024;

    [TestCase("flood", 1)]
    [TestCase("flood-with-outbox", 10)]
    public async Task Memory_connections_and_channels_stay_the_same(string kind, int of)
    {
        await using var world = await World.Create("many");
        await using var endpoint = ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, "Roost.Bus.Victim.dll"),
            [world.Broker.Amqp, world.Database.ConnectionString, kind, $"{Messages / of}"]);
        var handled = await endpoint.Says("handled", within: TimeSpan.FromSeconds(60 + Messages / of / 500));

        var samples = endpoint.Lines.Where(line => line.StartsWith("sample ", StringComparison.Ordinal)).Select(Sample.Read).ToList();
        var (early, late) = (samples[..(samples.Count / 3)], samples[^(samples.Count / 3)..]);
        TestContext.Out.WriteLine($"{kind}: {handled}");
        foreach (var sample in samples) TestContext.Out.WriteLine(sample);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(samples, Has.Count.GreaterThan(10));
            Assert.That(Median(late, s => s.Live), Is.LessThan(Median(early, s => s.Live) * 1.05 + MiB), "live heap");
            Assert.That(Median(late, s => s.Resident), Is.LessThan(Median(early, s => s.Resident) * 1.25 + 32 * MiB), "resident memory");
            Assert.That(samples.Select(s => (s.Connections, s.Channels)).Distinct(), Is.EqualTo(new[] { (2, 2) }));
        }
    }

    static long Median(List<Sample> samples, Func<Sample, long> figure) => samples.Select(figure).Order().ElementAt(samples.Count / 2);

    sealed record Sample(int Handled, long Live, long Resident, int Connections, int Channels)
    {
        public static Sample Read(string line)
        {
            var words = line.Split(' ');
            return new(int.Parse(words[1]), long.Parse(words[2]), long.Parse(words[3]), int.Parse(words[4]), int.Parse(words[5]));
        }
    }
}
