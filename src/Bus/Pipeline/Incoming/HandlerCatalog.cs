using System.Collections.Concurrent;
using NServiceBus;
using Roost.Bus.Sagas;

namespace Roost.Bus.Pipeline.Incoming;

/// <summary>The handlers of an endpoint in the order of registration. A handler of a base type also gets what derives from it.</summary>
sealed class HandlerCatalog
{
    readonly ConcurrentDictionary<Type, HandlerDefinition[]> byMessageType = new();
    readonly HandlerDefinition[] all;

    public HandlerCatalog(IEnumerable<Type> handlerTypes, Func<Type, string> tableSuffixOf)
    {
        var types = handlerTypes.ToArray();
        Sagas = [.. types.Where(type => type.IsSubclassOf(typeof(Saga))).Select(type => SagaModel.Of(type, tableSuffixOf(type)))];
        RefuseSharedData();
        var sagas = Sagas.ToDictionary(saga => saga.SagaType);
        all = [.. types.SelectMany(type => HandlerDefinition.Of(type, sagas.GetValueOrDefault(type)))];
    }

    public IReadOnlyList<SagaModel> Sagas { get; }

    public IReadOnlyList<HandlerDefinition> All => all;

    public IEnumerable<Type> MessageTypes => all.Select(handler => handler.MessageType).Distinct();

    public HandlerDefinition[] For(Type messageType) => byMessageType.TryGetValue(messageType, out var known)
        ? known
        : byMessageType.GetOrAdd(messageType, type => [.. all.Where(handler => handler.MessageType.IsAssignableFrom(type))]);

    void RefuseSharedData()
    {
        if (Sagas.GroupBy(saga => saga.DataType).FirstOrDefault(sharing => sharing.Count() > 1) is { } shared)
            throw new InvalidOperationException(
                $"The saga data type {shared.Key.Name} is used by {string.Join(" and ", shared.Select(saga => saga.SagaType.Name))}. " +
                "Each saga needs a data class of its own.");
    }
}
