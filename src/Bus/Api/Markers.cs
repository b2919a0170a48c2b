namespace NServiceBus;

/// <summary>Something that travels over the bus. Replies are plain messages.</summary>
public interface IMessage;

/// <summary>Asks one endpoint to do something.</summary>
public interface ICommand : IMessage;

/// <summary>Tells whoever wants to know that something happened.</summary>
public interface IEvent : IMessage;
