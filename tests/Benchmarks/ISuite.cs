namespace Roost.Benchmarks;

/// <summary>Measurements that belong together. To add one, add a class: it is found by being one.</summary>
public interface ISuite
{
    string Name { get; }
    string About { get; }

    /// <summary>Makes what it needs on the servers, measures, and takes it away again, also when stopped.</summary>
    Task Run(Findings findings, CancellationToken ct);
}
