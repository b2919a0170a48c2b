using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Roost.Bus.PostgreSql.Outbox;

/// <summary>
/// Marks many messages as dispatched with one statement, in the background. A mark that gets lost costs only a second sending of the
/// same message ids, so marks neither wait for the disk nor hold anybody up: a full queue drops them.
/// </summary>
sealed partial class DispatchedMarks : IAsyncDisposable
{
    const int Waiting = 10_000;
    const int PerStatement = 1_000;
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(25);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(5);

    readonly Channel<string> queue = Channel.CreateBounded<string>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    readonly CancellationTokenSource stopping = new();
    readonly StorageSettings settings;
    readonly ILogger logger;
    readonly string mark;
    readonly Task marking;

    public DispatchedMarks(StorageSettings settings, ILogger logger)
    {
        this.settings = settings;
        this.logger = logger;
        mark = $"""
            update {settings.Tables.Outbox}
            set "Dispatched" = true, "DispatchedAt" = now() at time zone 'utc', "Operations" = '[]'
            where "MessageId" = any ($1)
            """;
        marking = Task.Run(MarkUntilStopped);
    }

    public void Add(string messageId)
    {
        if (!queue.Writer.TryWrite(messageId)) LogDropped(messageId);
    }

    async Task MarkUntilStopped()
    {
        var ids = new List<string>(PerStatement);
        while (await queue.Reader.WaitToReadAsync())
        {
            await PauseUnlessStopping(Gather);
            while (ids.Count < PerStatement && queue.Reader.TryRead(out var id)) ids.Add(id);
            while (!await TryMark(ids)) await PauseUnlessStopping(RetryAfter);
            ids.Clear();
        }
    }

    async Task<bool> TryMark(List<string> ids)
    {
        try
        {
            await Mark([.. ids]);
            return true;
        }
        catch (Exception e)
        {
            LogFailed(e, ids.Count);
            // At the end there is one attempt: the next start finds the rows and sends their messages again.
            return stopping.IsCancellationRequested;
        }
    }

    async Task Mark(string[] ids)
    {
        await using var connection = await settings.Open(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = settings.Batch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local synchronous_commit = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(mark).With(ids, NpgsqlDbType.Array | NpgsqlDbType.Varchar));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
    }

    async Task PauseUnlessStopping(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, settings.Clock, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // What is queued is written at once.
        }
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await stopping.CancelAsync();
        try
        {
            await marking.WaitAsync(PatienceAtTheEnd);
        }
        catch (TimeoutException)
        {
            LogGivenUp();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Too many messages wait to be marked as dispatched. What {MessageId} sent will be sent again.")]
    partial void LogDropped(string messageId);

    [LoggerMessage(LogLevel.Warning, "{Count} messages could not be marked as dispatched.")]
    partial void LogFailed(Exception e, int count);

    [LoggerMessage(LogLevel.Warning, "Stopped without marking all messages as dispatched. The rest will be sent again.")]
    partial void LogGivenUp();
}
