using System.Reflection;

namespace NServiceBus;

/// <summary>One more way to recognise messages; any convention that says yes wins.</summary>
public interface IMessageConvention
{
    string Name { get; }
    bool IsCommandType(Type type);
    bool IsEventType(Type type);
    bool IsMessageType(Type type);
}

/// <summary>Tells which types are messages. Each Defining… replaces the marker interface of that kind only.</summary>
public sealed class ConventionsBuilder
{
    readonly Conventions conventions;

    internal ConventionsBuilder(Conventions conventions) => this.conventions = conventions;

    public ConventionsBuilder DefiningMessagesAs(Func<Type, bool> definesMessageType)
    {
        conventions.Messages = definesMessageType;
        return this;
    }

    public ConventionsBuilder DefiningCommandsAs(Func<Type, bool> definesCommandType)
    {
        conventions.Commands = definesCommandType;
        return this;
    }

    public ConventionsBuilder DefiningEventsAs(Func<Type, bool> definesEventType)
    {
        conventions.Events = definesEventType;
        return this;
    }

    public ConventionsBuilder DefiningTimeToBeReceivedAs(Func<Type, TimeSpan> retrieveTimeToBeReceived)
    {
        conventions.TimeToBeReceived = retrieveTimeToBeReceived;
        return this;
    }

    public ConventionsBuilder Add(IMessageConvention messageConvention)
    {
        conventions.Additional.Add(messageConvention);
        return this;
    }
}

/// <summary>The conventions of one endpoint. Asked once per type: the answers are kept with the type's metadata.</summary>
sealed class Conventions
{
    public Func<Type, bool> Messages { get; set; } = type =>
        typeof(IMessage).IsAssignableFrom(type) && type != typeof(IMessage) && !IsMarker(type);
    public Func<Type, bool> Commands { get; set; } = type => typeof(ICommand).IsAssignableFrom(type) && !IsMarker(type);
    public Func<Type, bool> Events { get; set; } = type => typeof(IEvent).IsAssignableFrom(type) && !IsMarker(type);
    public Func<Type, TimeSpan> TimeToBeReceived { get; set; } = type =>
        type.GetCustomAttribute<TimeToBeReceivedAttribute>()?.TimeToBeReceived ?? TimeSpan.MaxValue;
    public List<IMessageConvention> Additional { get; } = [];

    /// <summary>Types that are messages because something handles them: saga timeouts need no marker.</summary>
    public HashSet<Type> Registered { get; } = [];

    public bool IsCommand(Type type) => !IsMarker(type) && (Commands(type) || Additional.Exists(c => c.IsCommandType(type)));

    public bool IsEvent(Type type) => !IsMarker(type) && (Events(type) || Additional.Exists(c => c.IsEventType(type)));

    public bool IsMessage(Type type) =>
        !IsMarker(type)
            && (Registered.Contains(type) || Messages(type) || Additional.Exists(c => c.IsMessageType(type)) || IsCommand(type) || IsEvent(type));

    static bool IsMarker(Type type) => type == typeof(IMessage) || type == typeof(ICommand) || type == typeof(IEvent);
}
