using System.Threading.Channels;
using Npgsql;

namespace Roost.Calendar.Taking;

/// <summary>
/// Where requests queue: while one group is being committed the next gathers, so that the busier it is the more of them share one
/// transaction. Requests for one unit share a lane, since in two lanes they would wait for each other's locks.
/// </summary>
public sealed class FrontDesk : IAsyncDisposable
{
    const int MostInOneGroup = 512;

    readonly Clerk clerk;
    readonly Channel<Waiting>[] lanes;
    readonly Task[] serving;

    public FrontDesk(Clerk clerk, int laneCount = 2)
    {
        this.clerk = clerk;
        lanes = [.. Enumerable.Range(0, laneCount).Select(_ => Channel.CreateUnbounded<Waiting>(new() { SingleReader = true }))];
        serving = [.. lanes.Select(lane => Task.Run(() => Serve(lane.Reader)))];
    }

    /// <summary>The answer is committed when it comes. Somebody who stops waiting for it does not take the request back.</summary>
    public Task<IMessage?> Ask(IRequest request, CancellationToken ct)
    {
        var waiting = new Waiting(request, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!LaneOf(request).Writer.TryWrite(waiting)) throw new ObjectDisposedException(nameof(FrontDesk));
        return waiting.Answer.Task.WaitAsync(ct);
    }

    /// <summary>Serves whoever is already waiting, and nobody else.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in lanes) lane.Writer.TryComplete();
        await Task.WhenAll(serving);
    }

    Channel<Waiting> LaneOf(IRequest request)
    {
        var needs = request.Needs;
        var key = needs is { Nights: [var line, ..] } ? line.UnitId : needs is { Claims: [var claim, ..] } ? claim : Guid.Empty;
        return lanes[(key.GetHashCode() & int.MaxValue) % lanes.Length];
    }

    async Task Serve(ChannelReader<Waiting> lane)
    {
        List<Waiting> group = [];
        while (await lane.WaitToReadAsync())
        {
            while (group.Count < MostInOneGroup && lane.TryRead(out var waiting)) group.Add(waiting);
            await Serve(group);
            group.Clear();
        }
    }

    async Task Serve(IReadOnlyList<Waiting> group)
    {
        try
        {
            var answers = await clerk.Decide([.. group.Select(w => w.Request)], CancellationToken.None);
            for (var i = 0; i < group.Count; i++) group[i].Answer.SetResult(answers[i]);
        }
        catch (Exception e) when (group.Count > 1 && e is not NpgsqlException { InnerException: not null })
        {
            // One of them cannot be decided, and the others are not to suffer for it.
            foreach (var waiting in group) await Serve([waiting]);
        }
        catch (Exception e)
        {
            foreach (var waiting in group) waiting.Answer.SetException(e);
        }
    }

    sealed record Waiting(IRequest Request, TaskCompletionSource<IMessage?> Answer);
}
