using Roost.Contracts;

namespace Roost.Reservation.Pinging;

/// <summary>Answers whoever asks: the way there and back works, and so do the queue, the outbox and the database between.</summary>
public sealed class PingHandler : IHandleMessages<Ping>
{
    public Task Handle(Ping command, IMessageHandlerContext context) => context.Reply(new Pong(command.PingId, "Roost.Reservation"));
}
