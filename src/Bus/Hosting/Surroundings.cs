using NServiceBus.Persistence;
using NServiceBus.Transport;
using Roost.Bus.Persistence;
using Roost.Bus.Transport;

namespace Roost.Bus.Hosting;

/// <summary>
/// What an endpoint touches of the world. Registered as a service, it replaces broker, storage and chance under an endpoint that
/// knows nothing of it: that is how the simulation runs the same program. The clock is the host's TimeProvider.
/// </summary>
public class Surroundings
{
    public virtual ITransport Transport(TransportDefinition definition, TransportContext context) => definition.CreateTransport(context);

    public virtual IPersistence Persistence(PersistenceDefinition definition, PersistenceContext context) =>
        definition.CreatePersistence(context);

    public virtual Guid NewGuid() => Guid.NewGuid();

    /// <summary>Work beside the messages (cleaning up, heartbeats) that a simulation steps through itself.</summary>
    public virtual bool RunsBackgroundWork => true;
}
