using Microsoft.Extensions.Logging;
using NServiceBus;
using NServiceBus.Pipeline;
using Roost.Bus.Persistence;

namespace Roost.Bus.Sagas;

/// <summary>Decides, before the transaction is opened, which instance of a saga a message is meant for.</summary>
sealed class SagaLookup(IReadOnlyList<SagaModel> sagas, ILogger logger)
{
    /// <summary>Null when the message is addressed to another saga than this one.</summary>
    public SagaInProgress? Find(SagaModel saga, LogicalMessage message, Dictionary<string, string> headers)
    {
        var mayStart = saga.MayStartWith(message.Metadata.MessageHierarchy);
        if (AddressedSaga(headers) is not { } addressed) return FindByProperty(saga, message, headers, mayStart);

        var target = sagas.FirstOrDefault(known => known.SagaType.FullName == addressed.TypeName);
        if (target is not null && target != saga) return null;
        if (target is null && addressed.TypeName is not null)
            logger.LogWarning(
                "A message is addressed to saga {SagaType}, which this endpoint does not have; looking for its id in {Saga}",
                addressed.TypeName, saga.SagaType.Name);

        return new SagaInProgress(saga, new SagaQuery(saga.Table, addressed.Id, CorrelationValue: null))
        {
            // Who names this saga's instance means that one; a finished saga does not begin anew by an answer that came late.
            MayStart = mayStart && target is null,
            CorrelationValue = () => saga.FinderFor(message.Metadata.MessageHierarchy)?.ValueIn(message.Instance, headers),
        };
    }

    static SagaInProgress FindByProperty(SagaModel saga, LogicalMessage message, Dictionary<string, string> headers, bool mayStart)
    {
        var finder = saga.FinderFor(message.Metadata.MessageHierarchy)
            ?? throw new InvalidOperationException(
                $"Message type {message.MessageType.FullName} is handled by saga {saga.SagaType.Name}, " +
                "but the saga does not contain a property mapping for it, and the message carries no saga id.");

        var value = finder.ValueIn(message.Instance, headers);
        var query = saga.Correlation is { Name: nameof(IContainSagaData.Id) }
            ? new SagaQuery(saga.Table, (Guid)value, CorrelationValue: null)
            : new SagaQuery(saga.Table, SagaId: null, value);
        return new SagaInProgress(saga, query) { MayStart = mayStart, CorrelationValue = () => value };
    }

    /// <summary>Whoever publishes from a saga does not mean that saga as the receiver.</summary>
    static (Guid Id, string? TypeName)? AddressedSaga(Dictionary<string, string> headers)
    {
        if (!headers.TryGetValue(Headers.SagaId, out var id) || id.Length == 0) return null;
        if (headers.GetValueOrDefault(Headers.MessageIntent) == nameof(MessageIntent.Publish)) return null;
        return (Guid.Parse(id), headers.GetValueOrDefault(Headers.SagaType)?.Split(',', 2)[0]);
    }
}
