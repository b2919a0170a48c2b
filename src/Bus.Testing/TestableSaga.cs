using Roost.Bus.Sagas;

namespace NServiceBus.Testing;

/// <summary>
/// Plays messages to a saga without a broker or a database: finds its instance as its mappings say, keeps its state and its timeouts,
/// and moves a clock of its own. Message types are matched exactly.
/// </summary>
public partial class TestableSaga<TSaga, TSagaData>
    where TSaga : Saga<TSagaData>
    where TSagaData : class, IContainSagaData, new()
{
    readonly Func<TSaga> sagaFactory;
    readonly SagaModel model = SagaModel.Of(typeof(TSaga), typeof(TSaga).Name);
    readonly Dictionary<Guid, TSagaData> stored = [];
    readonly Queue<QueuedSagaMessage> queue = new();
    readonly List<StoredTimeout> timeouts = [];
    readonly List<Func<object, object?>> replySimulators = [];
    long timeoutsSoFar;

    public TestableSaga(Func<TSaga>? sagaFactory = null, DateTime? initialCurrentTime = null)
    {
        this.sagaFactory = sagaFactory ?? Activator.CreateInstance<TSaga>;
        CurrentTime = initialCurrentTime ?? TimeProvider.System.GetUtcNow().UtcDateTime;
        if (model.Correlation is null)
            throw new NotSupportedException($"{typeof(TSaga).Name} has no correlation property, so it cannot be played.");
    }

    public DateTime CurrentTime { get; private set; }
    public bool HasQueuedMessages => queue.Count > 0;
    public int QueueLength => queue.Count;

    public QueuedSagaMessage QueuePeek() => queue.Peek();

    public Task<HandleResult> Handle<TMessage>(
        TMessage message, TestableMessageHandlerContext? context = null, IReadOnlyDictionary<string, string>? messageHeaders = null) =>
        Play(new QueuedSagaMessage(typeof(TMessage), message!, messageHeaders), context);

    public Task<HandleResult> HandleReply<TMessage>(
        Guid sagaId, TMessage message, TestableMessageHandlerContext? context = null, IReadOnlyDictionary<string, string>? messageHeaders = null) =>
        Play(new QueuedSagaMessage(typeof(TMessage), message!, WithSagaId(messageHeaders, sagaId)), context);

    public Task<HandleResult> HandleQueuedMessage(TestableMessageHandlerContext? context = null) => queue.Count > 0
        ? Play(queue.Dequeue(), context)
        : throw new InvalidOperationException("There are no queued messages.");

    /// <summary>Answers every message of the first type that the saga sends, instead of a test doing it each time.</summary>
    public void SimulateReply<TSagaMessage, TReplyMessage>(Func<TSagaMessage, TReplyMessage> simulateReply) =>
        replySimulators.Add(sent => sent is TSagaMessage message ? simulateReply(message) : null);

    /// <summary>Fires what is due by then, in the order of the due times. What is requested meanwhile waits for the next call.</summary>
    public async Task<HandleResult[]> AdvanceTime(
        TimeSpan timeToAdvance, Func<OutgoingMessage<object, SendOptions>, TestableMessageHandlerContext>? provideContext = null,
        CancellationToken cancellationToken = default)
    {
        var target = CurrentTime + timeToAdvance;
        var due = timeouts
            .Where(timeout => timeout.Due <= target)
            .OrderBy(timeout => timeout.Due).ThenBy(timeout => timeout.Number)
            .ToList();
        timeouts.RemoveAll(due.Contains);

        var results = new List<HandleResult>();
        foreach (var timeout in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CurrentTime = timeout.Due;
            var message = new QueuedSagaMessage(timeout.Sent.Message.GetType(), timeout.Sent.Message, timeout.Headers)
            {
                IsTimeout = timeout.IsSagaTimeout,
            };
            if (await Play(message, provideContext?.Invoke(timeout.Sent)) is { } result) results.Add(result);
        }
        CurrentTime = target;
        return [.. results];
    }

    async Task<HandleResult> Play(QueuedSagaMessage message, TestableMessageHandlerContext? given)
    {
        var context = given ?? new TestableMessageHandlerContext();
        foreach (var (key, value) in message.Headers) context.MessageHeaders[key] = value;
        if (Find(message, context) is not { } data) return null!; // as the official one: a message for a finished saga is discarded

        var saga = sagaFactory();
        saga.Data = data;
        await HandlerMethod.Invoke(saga, message, context);

        if (saga.Completed) stored.Remove(data.Id);
        else stored[data.Id] = data;
        KeepWhatWasSent(context, data.Id);
        return new HandleResult(data.Id, saga.Completed, DeepCopy.Of(data), context, message);
    }

    TSagaData? Find(QueuedSagaMessage message, TestableMessageHandlerContext context)
    {
        if (message.Headers.TryGetValue(Headers.SagaId, out var id)) return stored.GetValueOrDefault(Guid.Parse(id));

        var finder = model.FinderFor([message.Type])
            ?? throw new InvalidOperationException(
                $"{typeof(TSaga).Name} has no mapping for {message.Type.Name}, and the message carries no saga id.");
        var value = finder.ValueIn(message.Message, message.Headers);
        if (stored.Values.FirstOrDefault(data => Equals(model.Correlation!.Of(data), value)) is { } found) return found;
        if (!model.MayStartWith([message.Type]))
            throw new InvalidOperationException(
                $"No saga {typeof(TSaga).Name} was found for {message.Type.Name}, and that message may not start one.");

        var started = new TSagaData
        {
            Id = Guid.NewGuid(),
            Originator = message.Headers.GetValueOrDefault(Headers.ReplyToAddress) ?? context.ReplyToAddress,
        };
        model.Correlation!.Set(started, value);
        return started;
    }

    void KeepWhatWasSent(TestableMessageHandlerContext context, Guid sagaId)
    {
        var delayed = context.TimeoutMessages.Select(timeout => timeout.Message).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var timeout in context.TimeoutMessages)
        {
            var isSagaTimeout = timeout.Options.GetHeaders().ContainsKey(Headers.IsSagaTimeoutMessage);
            if (!isSagaTimeout && !HandlerMethod.Exists<TSaga>(timeout.Message.GetType())) continue;
            var due = timeout.At?.UtcDateTime ?? CurrentTime + timeout.Within!.Value;
            timeouts.Add(new StoredTimeout(due, timeoutsSoFar++, timeout, isSagaTimeout, WithSagaId(null, sagaId)));
        }
        foreach (var sent in context.SentMessages.Where(sent => !delayed.Contains(sent.Message))) Queue(sent.Message, sagaId);
        foreach (var published in context.PublishedMessages) Queue(published.Message, sagaId);
    }

    /// <summary>What the saga handles itself comes back to it; anything else may have a simulated answer.</summary>
    void Queue(object message, Guid sagaId)
    {
        if (HandlerMethod.Exists<TSaga>(message.GetType()))
            queue.Enqueue(new QueuedSagaMessage(message.GetType(), message, WithSagaId(null, sagaId)));
        else
            foreach (var reply in replySimulators.Select(simulate => simulate(message)).OfType<object>())
                queue.Enqueue(new QueuedSagaMessage(reply.GetType(), reply, WithSagaId(null, sagaId)));
    }

    static Dictionary<string, string> WithSagaId(IReadOnlyDictionary<string, string>? headers, Guid sagaId) =>
        new(headers ?? new Dictionary<string, string>()) { [Headers.SagaId] = sagaId.ToString() };

    sealed record StoredTimeout(
        DateTime Due, long Number, TimeoutMessage<object> Sent, bool IsSagaTimeout, Dictionary<string, string> Headers);
}
