using System.Diagnostics.Metrics;
using Roost.Platform.Measuring;
using Roost.Platform.Tests.Running;

namespace Roost.Platform.Tests.Measuring;

public sealed class When_metrics_are_read
{
    Metrics metrics = null!;
    Meter meter = null!;

    [SetUp]
    public void Listen()
    {
        metrics = new Metrics();
        meter = new Meter("Roost.Tests");
    }

    [TearDown]
    public void Stop()
    {
        meter.Dispose();
        metrics.Dispose();
    }

    [Test]
    public void Counters_add_up_per_set_of_labels_in_whatever_order_the_tags_come()
    {
        var holds = meter.CreateCounter<long>("roost.holds", description: "Holds\nof nights");
        holds.Add(1, new("kind", "home"), new("result", "held"));
        holds.Add(2, new("result", "held"), new("kind", "home"));
        holds.Add(5, new KeyValuePair<string, object?>("kind", "a \"quoted\\\" \n name"));

        var read = Read();

        Assert.That(read["""roost_holds_total{kind="home",result="held"}"""], Is.EqualTo(3));
        Assert.That(read["""roost_holds_total{kind="a \"quoted\\\" \n name"}"""], Is.EqualTo(5));
    }

    [Test]
    public void Histograms_have_cumulative_buckets_a_sum_and_a_count()
    {
        var took = meter.CreateHistogram<double>("roost.hold.time", unit: "s", advice: new() { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in new[] { 0.05, 0.1, 0.5, 7 }) took.Record(seconds);

        var read = Read();

        Assert.That(read["""roost_hold_time_seconds_bucket{le="0.1"}"""], Is.EqualTo(2), "a bound belongs to its own bucket");
        Assert.That(read["""roost_hold_time_seconds_bucket{le="1"}"""], Is.EqualTo(3));
        Assert.That(read["""roost_hold_time_seconds_bucket{le="+Inf"}"""], Is.EqualTo(4));
        Assert.That(read["roost_hold_time_seconds_count"], Is.EqualTo(4));
        Assert.That(read["roost_hold_time_seconds_sum"], Is.EqualTo(7.65).Within(1e-9));
    }

    [Test]
    public void Gauges_show_what_is_observed_now_and_forget_what_is_gone()
    {
        var queues = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 };
        meter.CreateObservableGauge("roost.queue.length", () => queues.Select(q => new Measurement<int>(q.Value, new KeyValuePair<string, object?>("queue", q.Key))));
        var open = meter.CreateUpDownCounter<int>("roost.open");
        open.Add(3);
        open.Add(-1);
        Read();
        queues.Remove("a");
        queues["b"] = 7;

        var read = Read();

        Assert.That(read.Keys.Where(k => k.StartsWith("roost_queue")), Is.EqualTo(new[] { """roost_queue_length{queue="b"}""" }));
        Assert.That(read["""roost_queue_length{queue="b"}"""], Is.EqualTo(7));
        Assert.That(read["roost_open"], Is.EqualTo(2));
    }

    [Test]
    public void A_label_with_endless_values_does_not_eat_the_memory()
    {
        var requests = meter.CreateCounter<int>("roost.requests");
        for (var i = 0; i < 5000; i++) requests.Add(1, new KeyValuePair<string, object?>("id", i));

        Assert.That(Read().Keys.Count(k => k.StartsWith("roost_requests")), Is.EqualTo(1000));
    }

    [Test]
    public void Many_threads_lose_nothing()
    {
        var counter = meter.CreateCounter<double>("roost.sum");
        var histogram = meter.CreateHistogram<long>("roost.sizes");

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1);
                histogram.Record(1);
            }
        });

        var read = Read();
        Assert.That((read["roost_sum_total"], read["roost_sizes_count"]), Is.EqualTo((80_000d, 80_000d)));
    }

    [Test]
    public async Task An_endpoint_tells_of_its_process_its_runtime_its_bus_and_its_database()
    {
        await using var specimen = await Specimen.WithServersOfItsOwn();
        var endpoint = await specimen.LaunchAndAwaitReady();
        await endpoint.Send();

        var read = PrometheusText.Read(await endpoint.Metrics());

        Assert.That(read["process_cpu_seconds_total"], Is.GreaterThan(0));
        Assert.That(read["process_resident_memory_bytes"], Is.GreaterThan(10_000_000));
        Assert.That(read.Keys, Has.Some.StartWith("dotnet_gc_collections_total").And.Some.StartWith("db_client_connection_count")
            .And.Some.StartWith("http_server_request_duration_seconds_bucket").And.Some.EqualTo("""roost_dependency_up{dependency="rabbitmq"}"""));
    }

    IReadOnlyDictionary<string, double> Read()
    {
        using var text = new StringWriter();
        metrics.Write(text);
        return PrometheusText.Read(text.ToString());
    }
}
