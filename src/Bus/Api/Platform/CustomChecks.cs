namespace NServiceBus.CustomChecks;

public interface ICustomCheck
{
    string Id { get; }
    string Category { get; }
    TimeSpan? Interval { get; }
    Task<CheckResult> PerformCheck(CancellationToken cancellationToken = default);
}

/// <summary>Something the platform should show as working or not: once at start, or again and again.</summary>
public abstract class CustomCheck(string id, string category, TimeSpan? repeatAfter = default) : ICustomCheck
{
    public string Id { get; } = id;
    public string Category { get; } = category;
    public TimeSpan? Interval { get; } = repeatAfter;

    public abstract Task<CheckResult> PerformCheck(CancellationToken cancellationToken = default);
}

public sealed class CheckResult
{
    CheckResult(string? failureReason) => FailureReason = failureReason;

    public bool HasFailed => FailureReason is not null;
    public string? FailureReason { get; }

    public static CheckResult Pass { get; } = new(null);

    public static CheckResult Failed(string reason) => new(reason);

    public static implicit operator Task<CheckResult>(CheckResult result) => Task.FromResult(result);
}
