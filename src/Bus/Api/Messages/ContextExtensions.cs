namespace NServiceBus;

public static class PipelineContextExtensions
{
    public static Task Send(this IPipelineContext context, object message) => context.Send(message, new SendOptions());

    public static Task Send(this IPipelineContext context, string destination, object message) =>
        context.Send(message, To(destination));

    public static Task Send<T>(this IPipelineContext context, Action<T> messageConstructor) =>
        context.Send(messageConstructor, new SendOptions());

    public static Task Send<T>(this IPipelineContext context, string destination, Action<T> messageConstructor) =>
        context.Send(messageConstructor, To(destination));

    public static Task SendLocal(this IPipelineContext context, object message) => context.Send(message, ToThisEndpoint());

    public static Task SendLocal<T>(this IPipelineContext context, Action<T> messageConstructor) =>
        context.Send(messageConstructor, ToThisEndpoint());

    public static Task Publish(this IPipelineContext context, object message) => context.Publish(message, new PublishOptions());

    public static Task Publish<T>(this IPipelineContext context) => context.Publish<T>(_ => { }, new PublishOptions());

    public static Task Publish<T>(this IPipelineContext context, Action<T> messageConstructor) =>
        context.Publish(messageConstructor, new PublishOptions());

    internal static SendOptions To(string destination)
    {
        var options = new SendOptions();
        options.SetDestination(destination);
        return options;
    }

    internal static SendOptions ToThisEndpoint()
    {
        var options = new SendOptions();
        options.RouteToThisEndpoint();
        return options;
    }
}

public static class MessageProcessingContextExtensions
{
    public static Task Reply(this IMessageProcessingContext context, object message) => context.Reply(message, new ReplyOptions());

    public static Task Reply<T>(this IMessageProcessingContext context, Action<T> messageConstructor) =>
        context.Reply(messageConstructor, new ReplyOptions());
}
