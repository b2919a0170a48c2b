namespace Roost.Calendar.Taking;

static class Asking
{
    /// <summary>
    /// Has the request decided and answers whoever sent it. The decision is committed before the answer leaves, and a message that comes
    /// again gets the same answer under the same id, so that this endpoint needs no outbox: what it would remember stands in the claims.
    /// </summary>
    public static async Task Ask(this IMessageHandlerContext context, FrontDesk desk, IRequest request)
    {
        if (await desk.Ask(request, context.CancellationToken) is not { } answer) return;

        var options = new ReplyOptions();
        options.SetMessageId($"{context.MessageId}-answer");
        await context.Reply(answer, options);
    }
}
