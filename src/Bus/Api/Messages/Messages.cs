namespace NServiceBus;

/// <summary>Marks a class as a message.</summary>
public interface IMessage;

/// <summary>A request to do something; it has one receiver.</summary>
public interface ICommand : IMessage;

/// <summary>Something that happened; whoever subscribed receives it.</summary>
public interface IEvent : IMessage;

/// <summary>What kind of sending brought a message here. The name travels in the header.</summary>
public enum MessageIntent
{
    Send = 1,
    Publish = 2,
    Subscribe = 3,
    Unsubscribe = 4,
    Reply = 5,
}

/// <summary>A message that nobody took within this time is worth nothing any more; the broker may drop it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
public sealed class TimeToBeReceivedAttribute(string timeSpan) : Attribute
{
    public TimeSpan TimeToBeReceived { get; } = TimeSpan.Parse(timeSpan, System.Globalization.CultureInfo.InvariantCulture);
}
