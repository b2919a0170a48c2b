using Microsoft.Extensions.DependencyInjection;
using NServiceBus.Persistence;
using NServiceBus.Pipeline;

namespace NServiceBus.Testing;

public class TestableIncomingContext : TestableMessageProcessingContext, IIncomingContext
{
    readonly Lazy<IServiceProvider> builder;

    public TestableIncomingContext() => builder = new Lazy<IServiceProvider>(() => ServiceCollection.BuildServiceProvider());

    public IServiceCollection ServiceCollection { get; set; } = new ServiceCollection();

    /// <summary>Built from ServiceCollection at the first use.</summary>
    public IServiceProvider Builder => builder.Value;
}

public class TestableInvokeHandlerContext : TestableIncomingContext, IInvokeHandlerContext
{
    public ISynchronizedStorageSession SynchronizedStorageSession { get; set; } = null!; // a handler that uses it gets a fake from its test
    public MessageHandler MessageHandler { get; set; } = null!;
    public object MessageBeingHandled { get; set; } = null!;
    public MessageMetadata MessageMetadata { get; set; } = null!;
    public bool DoNotContinueDispatchingCurrentMessageToHandlersWasCalled { get; set; }
    public bool HandlerInvocationAborted => DoNotContinueDispatchingCurrentMessageToHandlersWasCalled;

    public Dictionary<string, string> Headers
    {
        get => MessageHeaders as Dictionary<string, string> ?? new Dictionary<string, string>(MessageHeaders);
        set => MessageHeaders = value;
    }

    public virtual void DoNotContinueDispatchingCurrentMessageToHandlers() =>
        DoNotContinueDispatchingCurrentMessageToHandlersWasCalled = true;
}

/// <summary>What a handler under test is given. Use a new one for each message.</summary>
public class TestableMessageHandlerContext : TestableInvokeHandlerContext;
