using Microsoft.Extensions.Logging;
using NServiceBus;

namespace Roost.Bus.Recoverability;

/// <summary>
/// After many failures in a row, whatever the messages, something all of them need is probably down. Then one message at a time
/// is tried until one succeeds, instead of burning through every message's retries.
/// </summary>
sealed class RateLimit(int threshold, RateLimitSettings settings, TimeProvider clock, ILogger logger) : IDisposable
{
    readonly SemaphoreSlim one = new(1, 1);
    readonly SemaphoreSlim switching = new(1, 1);
    int failures;
    volatile bool limited;

    /// <summary>Waits for its turn while limited; the result is to be disposed of when the attempt is over.</summary>
    public async ValueTask<Turn> Enter(CancellationToken ct)
    {
        if (!limited) return default;
        await one.WaitAsync(ct).ConfigureAwait(false);
        if (limited) return new Turn(one);
        one.Release();
        return default;
    }

    public async Task Failed(CancellationToken ct)
    {
        if (Interlocked.Increment(ref failures) >= threshold && !limited) await Switch(on: true, ct).ConfigureAwait(false);
        if (limited) await Task.Delay(settings.TimeBetweenAttempts, clock, ct).ConfigureAwait(false);
    }

    public Task Succeeded(CancellationToken ct)
    {
        if (Volatile.Read(ref failures) != 0) Interlocked.Exchange(ref failures, 0);
        return limited ? Switch(on: false, ct) : Task.CompletedTask;
    }

    async Task Switch(bool on, CancellationToken ct)
    {
        await switching.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (limited == on) return;
            limited = on;
            if (on) logger.LogWarning("{Failures} messages failed one after the other; trying one at a time until one succeeds", threshold);
            else logger.LogInformation("A message succeeded; going on at full speed");
            await (on ? settings.OnStarted(ct) : settings.OnEnded(ct)).ConfigureAwait(false);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.LogError(e, "Whoever is told of the rate limit threw; the message has been processed all the same");
        }
        finally
        {
            switching.Release();
        }
    }

    public void Dispose()
    {
        one.Dispose();
        switching.Dispose();
    }

    public readonly struct Turn(SemaphoreSlim? held) : IDisposable
    {
        public void Dispose() => held?.Release();
    }
}
