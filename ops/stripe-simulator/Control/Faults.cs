using System.Text.RegularExpressions;
namespace Roost.StripeSimulator.Control;

/// <summary>How a call goes wrong. "Before" means nothing was executed, "after" means everything was.</summary>
public enum FaultAction
{
    /// <summary>No answer, nothing executed, the key not remembered.</summary>
    TimeoutBefore,
    /// <summary>Executed and remembered under the key, and no answer ever comes.</summary>
    TimeoutAfter,
    ResetBefore,
    ResetMidBody,
    /// <summary>Nothing executed, but the 500 is remembered under the key, as Stripe does.</summary>
    Http500Before,
    /// <summary>Executed, and a 500 is answered and remembered.</summary>
    Http500After,
    Http502,
    Http503,
    Http504,
    Html502,
    Conflict409,
    RateLimit429,
    LockTimeout429,
    Auth401,
    Slow,
    MalformedJson,
    Empty200,
}

/// <param name="Path">A regular expression.</param>
public sealed record Fault(string Id, string? Method, string? Path, string? Key, FaultAction Action, int Times, TimeSpan Delay)
{
    public int Hits { get; set; }

    public bool Matches(string method, string path, string? key) =>
        Hits < Times
        && (Method is null || Method == method)
        && (Path is null || Regex.IsMatch(path, Path))
        && (Key is null || Key == key);
}

/// <summary>Scripted trouble, used up in the order in which it was asked for.</summary>
public sealed class Faults
{
    readonly List<Fault> faults = [];

    public IReadOnlyList<Fault> All => faults;

    public Fault? Next(string method, string path, string? key)
    {
        var fault = faults.Find(fault => fault.Matches(method, path, key));
        if (fault is not null) fault.Hits++;
        return fault;
    }

    public void Add(Fault fault) => faults.Add(fault);
    public bool Remove(string id) => faults.RemoveAll(fault => fault.Id == id) > 0;
    public void Clear() => faults.Clear();
}
