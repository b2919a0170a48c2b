using System.Collections.Concurrent;
using Npgsql;

namespace Roost.Web.Watching;

/// <summary>
/// Tells who waits for a booking, a change, a block or a listing that its state is another now. One query for everybody who waits in this process, while somebody waits:
/// it needs no connection of its own per request, works with any number of instances, and costs the owners nothing. (A NOTIFY would take a lock at each of their commits.)
/// </summary>
public sealed class Watch(NpgsqlDataSource database, TimeProvider clock, ILogger<Watch> log) : BackgroundService
{
    static readonly TimeSpan soon = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan later = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan afterTrouble = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Waiter, byte> waiters = new();
    readonly SemaphoreSlim someone = new(0);

    sealed record Waiter(Guid Id, string? Seen, bool IsInHurry)
    {
        public TaskCompletionSource<string> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Equals(Waiter? other) => ReferenceEquals(this, other);
        public override int GetHashCode() => Id.GetHashCode();
    }

    /// <summary>The state as soon as it is not <paramref name="seen"/>; null when it still is after <paramref name="patience"/>.</summary>
    public Task<string?> Next(Guid id, string? seen, TimeSpan patience, CancellationToken ct) => Next(new Waiter(id, seen, IsInHurry: true), patience, ct);

    /// <summary>The same for whoever follows something for hours, and need not be told within milliseconds.</summary>
    public Task<string?> NextInTime(Guid id, string? seen, TimeSpan patience, CancellationToken ct) => Next(new Waiter(id, seen, IsInHurry: false), patience, ct);

    async Task<string?> Next(Waiter waiter, TimeSpan patience, CancellationToken ct)
    {
        waiters.TryAdd(waiter, 0);
        someone.Release();
        try
        {
            return await waiter.Told.Task.WaitAsync(patience, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            waiters.TryRemove(waiter, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var lookedForAll = clock.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var isForAll = clock.GetElapsedTime(lookedForAll) >= later;
                if (isForAll) lookedForAll = clock.GetTimestamp();
                await Look([.. waiters.Keys.Where(waiter => isForAll || waiter.IsInHurry)], ct);
                if (waiters.Keys.Any(waiter => waiter.IsInHurry)) await Task.Delay(soon, ct);
                else await SomeoneCame(waiters.IsEmpty ? Timeout.InfiniteTimeSpan : later, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                log.LogWarning(e, "Cannot see what people wait for");
                await Task.Delay(afterTrouble, ct);
            }
        }
    }

    /// <summary>Whoever comes may be in a hurry, unlike the others.</summary>
    async Task SomeoneCame(TimeSpan atMost, CancellationToken ct)
    {
        if (!await someone.WaitAsync(atMost, ct)) return;
        while (someone.Wait(0, CancellationToken.None)) { } // one look is for all who came
    }

    async Task Look(IReadOnlyList<Waiter> waiting, CancellationToken ct)
    {
        if (waiting.Count == 0) return;

        await using var command = database.CreateCommand(
            """
            select b.booking_id, b.status || '/' || coalesce(p.status, '') || '/' || b.status_version || '/' || b.shape_version
            from reservation.booking_view b left join payment.payment_view p on p.payment_id = b.booking_id
            where b.booking_id = any(@ids)
            union all
            select c.change_id, c.status || '/' || coalesce(p.status, '')
            from reservation.change_view c left join payment.payment_view p on p.payment_id = c.change_id
            where c.change_id = any(@ids)
            union all select change_id, status from calendar.change_view where change_id = any(@ids)
            union all select block_id, status from calendar.block_view where block_id = any(@ids)
            union all select entry_id, state from calendar.watcher_view where entry_id = any(@ids)
            union all select unit_id, on_sale::text from calendar.unit_view where unit_id = any(@ids)
            union all select listing_id, string_agg(on_sale::text, ' ' order by unit_id) from calendar.unit_view where listing_id = any(@ids) group by listing_id
            """);
        command.Parameters.AddWithValue("ids", waiting.Select(waiter => waiter.Id).Distinct().ToArray());
        var states = new Dictionary<Guid, string>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) states[rows.GetGuid(0)] = rows.GetString(1);

        foreach (var waiter in waiting)
        {
            if (states.TryGetValue(waiter.Id, out var state) && state != waiter.Seen) waiter.Told.TrySetResult(state);
        }
    }
}
