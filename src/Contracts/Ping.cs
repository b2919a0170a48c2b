namespace Roost.Contracts;

/// <summary>Is anybody there? Asks an endpoint to answer with <see cref="Pong"/>; a repeat is answered again.</summary>
public sealed record Ping(Guid PingId) : ICommand;

/// <summary>Somebody is. A repeat says the same.</summary>
public sealed record Pong(Guid PingId, string HandledBy) : IMessage;
