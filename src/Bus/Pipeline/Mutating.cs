using NServiceBus.MessageMutator;
using NServiceBus.Pipeline;

namespace Roost.Bus.Pipeline;

/// <summary>Mutators are behaviours that only look at the message.</summary>
static class Mutating
{
    public static bool Register(object mutator, BehaviorRegistry behaviors)
    {
        var steps = new List<IBehavior>();
        if (mutator is IMutateIncomingTransportMessages bodiesIn) steps.Add(new BodiesIn(bodiesIn));
        if (mutator is IMutateIncomingMessages messagesIn) steps.Add(new MessagesIn(messagesIn));
        if (mutator is IMutateOutgoingMessages messagesOut) steps.Add(new MessagesOut(messagesOut));
        if (mutator is IMutateOutgoingTransportMessages bodiesOut) steps.Add(new BodiesOut(bodiesOut));
        foreach (var step in steps) behaviors.AddMutator(step);
        return steps.Count > 0;
    }

    sealed class BodiesIn(IMutateIncomingTransportMessages mutator) : Behavior<IIncomingPhysicalMessageContext>
    {
        public override async Task Invoke(IIncomingPhysicalMessageContext context, Func<Task> next)
        {
            var mutation = new MutateIncomingTransportMessageContext(
                context.Message.Body, context.Message.Headers, context.CancellationToken);
            await mutator.MutateIncoming(mutation);
            context.UpdateMessage(mutation.Body);
            await next();
        }
    }

    sealed class MessagesIn(IMutateIncomingMessages mutator) : Behavior<IIncomingLogicalMessageContext>
    {
        public override async Task Invoke(IIncomingLogicalMessageContext context, Func<Task> next)
        {
            var mutation = new MutateIncomingMessageContext(context.Message.Instance, context.Headers, context.CancellationToken);
            await mutator.MutateIncoming(mutation);
            if (mutation.Message != context.Message.Instance) context.UpdateMessageInstance(mutation.Message);
            await next();
        }
    }

    sealed class MessagesOut(IMutateOutgoingMessages mutator) : Behavior<IOutgoingLogicalMessageContext>
    {
        public override async Task Invoke(IOutgoingLogicalMessageContext context, Func<Task> next)
        {
            var mutation = new MutateOutgoingMessageContext(context.Message.Instance, context.Headers, context.CancellationToken);
            await mutator.MutateOutgoing(mutation);
            if (mutation.OutgoingMessage != context.Message.Instance) context.UpdateMessage(mutation.OutgoingMessage);
            await next();
        }
    }

    sealed class BodiesOut(IMutateOutgoingTransportMessages mutator) : Behavior<IOutgoingPhysicalMessageContext>
    {
        public override async Task Invoke(IOutgoingPhysicalMessageContext context, Func<Task> next)
        {
            var mutation = new MutateOutgoingTransportMessageContext(
                context.Body, ((IOutgoingLogicalMessageContext)context).Message.Instance, context.Headers, context.CancellationToken);
            await mutator.MutateOutgoing(mutation);
            context.UpdateMessage(mutation.OutgoingBody);
            await next();
        }
    }
}
