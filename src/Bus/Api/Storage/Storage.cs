using Microsoft.Extensions.DependencyInjection;
using NServiceBus.Configuration.AdvancedExtensibility;
using NServiceBus.Settings;
using Roost.Bus.Persistence;

namespace NServiceBus.Persistence
{
    /// <summary>The transaction that the message in progress is part of.</summary>
    public interface ISynchronizedStorageSession;

    /// <summary>A kind of storage for sagas and the outbox.</summary>
    public abstract class PersistenceDefinition
    {
        /// <summary>Opens the storage of one endpoint; called once, at start.</summary>
        public abstract IPersistence CreatePersistence(PersistenceContext context);

        /// <summary>What the saga's table is called, after the prefix. A persistence may let an attribute say otherwise.</summary>
        public virtual string TableSuffixOf(Type sagaType) => sagaType.Name;

        /// <summary>Adds what handlers may have injected (scoped). The bus registers ISynchronizedStorageSession itself.</summary>
        public virtual void ConfigureServices(IServiceCollection services, SettingsHolder settings) { }
    }

    public interface IPersistenceDefinitionFactory<out T> where T : PersistenceDefinition
    {
        static abstract T Create();
    }
}

namespace NServiceBus.Outbox
{
    /// <summary>Settings of the outbox; the persistence adds its own by extension.</summary>
    public sealed class OutboxSettings : ExposeSettings
    {
        internal OutboxSettings(SettingsHolder settings) : base(settings) { }
    }
}

namespace NServiceBus
{
    using NServiceBus.Persistence;

    /// <summary>What a persistence may be chosen for.</summary>
    public abstract class StorageType
    {
        public sealed class Sagas : StorageType;

        public sealed class Outbox : StorageType;

        public sealed class Subscriptions : StorageType;
    }

    public class PersistenceExtensions<T> : ExposeSettings where T : PersistenceDefinition
    {
        internal PersistenceExtensions(SettingsHolder settings) : base(settings) { }
    }

    public sealed class PersistenceExtensions<T, S> : PersistenceExtensions<T> where T : PersistenceDefinition where S : StorageType
    {
        internal PersistenceExtensions(SettingsHolder settings) : base(settings) { }
    }
}
