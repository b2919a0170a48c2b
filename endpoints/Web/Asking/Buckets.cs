using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Roost.Web.Asking;

sealed record Bucket(string Key, int Size, TimeSpan Refill);

readonly record struct Taken(bool IsAllowed, int Remaining, TimeSpan RetryAfter);

/// <summary>
/// Buckets that all instances share, in Redis. Without Redis each instance counts for itself: more may pass then than should, which is
/// better than nobody.
/// </summary>
sealed class Buckets(PlatformSettings settings, Settings given, TimeProvider clock, ILogger<Buckets> log) : IDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan withoutFor = TimeSpan.FromSeconds(2);

    readonly string prefix = (given.Optional("RedisPrefix") ?? "roost") + ":limit:";
    readonly LocalBuckets local = new(clock);
    readonly SemaphoreSlim connecting = new(1);
    ConnectionMultiplexer? redis;
    long withoutUntil;

    /// <summary>A token of each, or of none.</summary>
    public async ValueTask<Taken> Take(Bucket first, Bucket second)
    {
        if (settings.Redis is null || clock.GetTimestamp() < Volatile.Read(ref withoutUntil)) return local.Take(first, second);
        try
        {
            return await TakeShared(first, second).WaitAsync(patience);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            Volatile.Write(ref withoutUntil, clock.GetTimestamp() + (long)(withoutFor.TotalSeconds * clock.TimestampFrequency));
            log.LogWarning("Redis does not answer ({Why:l}): this instance counts for itself", e.GetType().Name);
            return local.Take(first, second);
        }
    }

    async Task<Taken> TakeShared(Bucket first, Bucket second)
    {
        var database = (await Connected()).GetDatabase();
        var answer = (RedisResult[])await database.ScriptEvaluateAsync(
            Script, [prefix + first.Key, prefix + second.Key],
            [first.Size, first.Refill.TotalMilliseconds, second.Size, second.Refill.TotalMilliseconds]);
        return new((int)answer[0] == 1, (int)answer[1], TimeSpan.FromMilliseconds((int)answer[2]));
    }

    async ValueTask<ConnectionMultiplexer> Connected()
    {
        if (redis is { } connected) return connected;
        await connecting.WaitAsync();
        try
        {
            var options = ConfigurationOptions.Parse(settings.Redis);
            options.AbortOnConnectFail = false; // it goes on trying by itself
            options.ConnectTimeout = 1000;
            return redis ??= await ConnectionMultiplexer.ConnectAsync(options);
        }
        finally
        {
            connecting.Release();
        }
    }

    public void Dispose() => redis?.Dispose();

    // One script is one step for Redis: 200 calls at once take exactly what is there (P-117). Time is the server's; every key expires when
    // its bucket is full again anyway.
    const string Script =
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local left, retry = {}, 0
        for i, key in ipairs(KEYS) do
            local size, refill = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
            local kept = redis.call('HMGET', key, 'tokens', 'at')
            local tokens, at = tonumber(kept[1]) or size, tonumber(kept[2]) or now
            left[i] = math.min(size, tokens + math.max(0, now - at) * size / refill)
            if left[i] < 1 then retry = math.max(retry, math.ceil((1 - left[i]) * refill / size)) end
        end
        if retry > 0 then return {0, math.floor(left[1]), retry} end
        for i, key in ipairs(KEYS) do
            redis.call('HSET', key, 'tokens', tostring(left[i] - 1), 'at', now)
            redis.call('PEXPIRE', key, ARGV[2 * i])
        end
        return {1, math.floor(left[1] - 1), 0}
        """;
}

/// <summary>The same in this process alone.</summary>
sealed class LocalBuckets(TimeProvider clock)
{
    const int ForgetAbove = 50_000;
    readonly ConcurrentDictionary<string, (double Tokens, long At)> kept = new();
    readonly Lock turn = new();

    public Taken Take(Bucket first, Bucket second)
    {
        lock (turn)
        {
            if (kept.Count > ForgetAbove) kept.Clear();
            var (one, other) = (Left(first), Left(second));
            if (one < 1 || other < 1) return new(false, (int)one, Max(Wait(first, one), Wait(second, other)));
            kept[first.Key] = (one - 1, clock.GetTimestamp());
            kept[second.Key] = (other - 1, clock.GetTimestamp());
            return new(true, (int)(one - 1), TimeSpan.Zero);
        }
    }

    double Left(Bucket bucket) => kept.TryGetValue(bucket.Key, out var last)
        ? Math.Min(bucket.Size, last.Tokens + clock.GetElapsedTime(last.At) / bucket.Refill * bucket.Size)
        : bucket.Size;

    static TimeSpan Wait(Bucket bucket, double left) => left < 1 ? bucket.Refill * ((1 - left) / bucket.Size) : TimeSpan.Zero;

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
