namespace Roost.Bus.RabbitMQ.Sending;

/// <summary>The messages of one dispatch that are on their way; done when the broker has answered for every one of them.</summary>
sealed class Sends
{
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<(string MessageId, Exception Reason)> failures = [];
    int open = 1;

    /// <summary>Counts one message more. <see cref="Finish"/> is to be called for it exactly once.</summary>
    public void Begin() => Interlocked.Increment(ref open);

    public void Finish(string messageId, Exception? failure)
    {
        if (failure is not null)
        {
            lock (failures) failures.Add((messageId, failure));
        }
        if (Interlocked.Decrement(ref open) == 0) Complete();
    }

    /// <summary>No message will be added; what remains is to wait.</summary>
    public Task Close()
    {
        if (Interlocked.Decrement(ref open) == 0) Complete();
        return done.Task;
    }

    void Complete()
    {
        if (failures.Count == 0) done.TrySetResult();
        else done.TrySetException(new MessagesNotSentException(failures));
    }
}
