namespace NServiceBus;

public static class RoutingOptionExtensions
{
    public static void SetDestination(this SendOptions options, string destination)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        options.ChooseRoute(SendRoute.Destination, destination);
    }

    public static void SetDestination(this ReplyOptions options, string destination)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        options.Destination = destination;
    }

    public static string? GetDestination(this SendOptions options) =>
        options.Route == SendRoute.Destination ? options.RouteValue : null;

    public static string? GetDestination(this ReplyOptions options) => options.Destination;

    public static void RouteToThisEndpoint(this SendOptions options) => options.ChooseRoute(SendRoute.ThisEndpoint);

    public static bool IsRoutingToThisEndpoint(this SendOptions options) => options.Route == SendRoute.ThisEndpoint;

    public static void RouteToThisInstance(this SendOptions options) => options.ChooseRoute(SendRoute.ThisInstance);

    public static bool IsRoutingToThisInstance(this SendOptions options) => options.Route == SendRoute.ThisInstance;

    public static void RouteToSpecificInstance(this SendOptions options, string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        options.ChooseRoute(SendRoute.SpecificInstance, instanceId);
    }

    public static string? GetRouteToSpecificInstance(this SendOptions options) =>
        options.Route == SendRoute.SpecificInstance ? options.RouteValue : null;

    public static void RouteReplyTo(this SendOptions options, string address) => options.Reply.Choose(ReplyRoute.To.Address, address);

    public static void RouteReplyTo(this ReplyOptions options, string address) => options.Reply.Choose(ReplyRoute.To.Address, address);

    public static void RouteReplyToThisInstance(this SendOptions options) => options.Reply.Choose(ReplyRoute.To.ThisInstance);

    public static void RouteReplyToThisInstance(this ReplyOptions options) => options.Reply.Choose(ReplyRoute.To.ThisInstance);

    public static void RouteReplyToAnyInstance(this SendOptions options) => options.Reply.Choose(ReplyRoute.To.AnyInstance);

    public static void RouteReplyToAnyInstance(this ReplyOptions options) => options.Reply.Choose(ReplyRoute.To.AnyInstance);

    public static string? GetReplyToRoute(this SendOptions options) => options.Reply.Address;

    public static string? GetReplyToRoute(this ReplyOptions options) => options.Reply.Address;

    public static bool IsRoutingReplyToThisInstance(this SendOptions options) => options.Reply.Target == ReplyRoute.To.ThisInstance;

    public static bool IsRoutingReplyToThisInstance(this ReplyOptions options) => options.Reply.Target == ReplyRoute.To.ThisInstance;

    public static bool IsRoutingReplyToAnyInstance(this SendOptions options) => options.Reply.Target == ReplyRoute.To.AnyInstance;

    public static bool IsRoutingReplyToAnyInstance(this ReplyOptions options) => options.Reply.Target == ReplyRoute.To.AnyInstance;
}
