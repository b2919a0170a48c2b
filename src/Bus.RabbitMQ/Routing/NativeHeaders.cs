namespace Roost.Bus.RabbitMQ.Routing;

/// <summary>Headers that mean something between a transport and the broker only; handlers never see them.</summary>
static class NativeHeaders
{
    public const string DelayInSeconds = "NServiceBus.Transport.RabbitMQ.DelayInSeconds";
    public const string NonPersistent = "NServiceBus.Transport.RabbitMQ.UseNonPersistentDelivery";
    public const string DeliveryCount = "x-delivery-count";
    public const string CallbackQueue = "NServiceBus.RabbitMQ.CallbackQueue";

    static readonly HashSet<string> Hidden =
    [
        DelayInSeconds, DeliveryCount, "x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason",
        "x-last-death-exchange", "x-last-death-queue", "x-last-death-reason", "x-acquired-count",
        "CC", "BCC", "x-dotnet-pub-seq-no", "NServiceBus.Transport.RabbitMQ.ConfirmationId",
    ];

    public static bool IsHidden(string header) => Hidden.Contains(header);
}
