using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NServiceBus.Testing;

namespace Roost.Sagas.Tests;

/// <summary>
/// A saga as a function. What it does with a message depends on its state and the message alone, so that each such pair runs the real code once, and not once in each
/// of the million worlds in which it happens.
/// </summary>
/// <param name="handle">The real saga.</param>
/// <param name="copy">A state that shares nothing that changes with the first.</param>
public sealed class Mind<TState>(Func<TState, object, TestableMessageHandlerContext, Task> handle, Func<TState, TState> copy) where TState : class
{
    /// <summary>What the product would store, and so all that a state is.</summary>
    static readonly JsonSerializerOptions Stored = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatIsNotStored } },
    };

    readonly Dictionary<string, Known> states = [];

    /// <summary>Nobody changes <see cref="State"/>: many worlds share it.</summary>
    public sealed class Known(int number, TState state)
    {
        public int Number => number;
        public TState State => state;

        /// <summary>By reference: a bag keeps one of each message.</summary>
        internal Dictionary<object, Effect> Effects { get; } = new(ReferenceEqualityComparer.Instance);
    }

    /// <param name="Sent">With the instant at which it is to arrive, where it is a timeout.</param>
    public sealed record Effect(Known After, IReadOnlyList<(object Message, DateTimeOffset? At)> Sent, IReadOnlyList<object> Published);

    public Known Of(TState state)
    {
        var text = JsonSerializer.Serialize(state, Stored);
        if (!states.TryGetValue(text, out var known)) states[text] = known = new(states.Count, state);
        return known;
    }

    public async ValueTask<Effect> Tell(Known before, object message)
    {
        if (before.Effects.TryGetValue(message, out var effect)) return effect;

        var state = copy(before.State);
        Assert.That(JsonSerializer.Serialize(state, Stored), Is.EqualTo(JsonSerializer.Serialize(before.State, Stored)), "the copy forgot something");
        var context = new TestableMessageHandlerContext();
        await handle(state, message, context);
        var timeouts = context.TimeoutMessages.ToDictionary(it => it.Message, it => it.At, ReferenceEqualityComparer.Instance);
        return before.Effects[message] = new(
            Of(state), [.. context.SentMessages.Select(it => (it.Message, timeouts.GetValueOrDefault(it.Message)))], [.. context.PublishedMessages.Select(it => it.Message)]);
    }

    static void LeaveOutWhatIsNotStored(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
            if (type.Properties[i].AttributeProvider is MemberInfo member && member.IsDefined(typeof(IgnoreDataMemberAttribute))) type.Properties.RemoveAt(i);
    }
}
