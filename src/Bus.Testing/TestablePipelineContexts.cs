using Microsoft.Extensions.DependencyInjection;
using NServiceBus.Pipeline;
using NServiceBus.Transport;

namespace NServiceBus.Testing;

public class TestableIncomingPhysicalMessageContext : TestableIncomingContext, IIncomingPhysicalMessageContext
{
    public IncomingMessage Message { get; set; } = new(Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), [], default);

    public virtual void UpdateMessage(ReadOnlyMemory<byte> body) => Message.Body = body;
}

public class TestableIncomingLogicalMessageContext : TestableIncomingContext, IIncomingLogicalMessageContext
{
    public LogicalMessage Message { get; set; } = Logical(new object());
    public Dictionary<string, string> Headers { get; set; } = [];
    public bool MessageHandled { get; set; }

    public virtual void UpdateMessageInstance(object newInstance) => Message = Logical(newInstance);

    internal static LogicalMessage Logical(object instance) => new(new MessageMetadata(instance.GetType(), [instance.GetType()]), instance);
}

public abstract class TestableOutgoingContext : TestablePipelineContext, IOutgoingContext
{
    readonly Lazy<IServiceProvider> builder;

    protected TestableOutgoingContext() => builder = new Lazy<IServiceProvider>(() => ServiceCollection.BuildServiceProvider());

    public IServiceCollection ServiceCollection { get; set; } = new ServiceCollection();
    public IServiceProvider Builder => builder.Value;
    public string MessageId { get; set; } = Guid.NewGuid().ToString();
    public Dictionary<string, string> Headers { get; set; } = [];
}

public class TestableOutgoingLogicalMessageContext : TestableOutgoingContext, IOutgoingLogicalMessageContext
{
    public OutgoingLogicalMessage Message { get; set; } = new(typeof(object), new object());

    public virtual void UpdateMessage(object newInstance) => Message = new(newInstance.GetType(), newInstance);
}

public class TestableOutgoingPhysicalMessageContext : TestableOutgoingContext, IOutgoingPhysicalMessageContext
{
    public ReadOnlyMemory<byte> Body { get; set; }

    public virtual void UpdateMessage(ReadOnlyMemory<byte> body) => Body = body;
}
