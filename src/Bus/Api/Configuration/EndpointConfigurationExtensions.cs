using NServiceBus.Installation;
using NServiceBus.Outbox;
using NServiceBus.Persistence;
using NServiceBus.Serialization;
using NServiceBus.Transport;
using Roost.Bus.Transport;

namespace NServiceBus;

public static class TransportConfigurationExtensions
{
    public static RoutingSettings<TTransport> UseTransport<TTransport>(this EndpointConfiguration config, TTransport transportDefinition)
        where TTransport : TransportDefinition
    {
        config.Blueprint.Transport = transportDefinition;
        return new RoutingSettings<TTransport>(config.Blueprint.Routes);
    }
}

public static class PersistenceConfigurationExtensions
{
    public static PersistenceExtensions<T> UsePersistence<T>(this EndpointConfiguration config)
        where T : PersistenceDefinition, IPersistenceDefinitionFactory<T>
    {
        config.Blueprint.Persistence = T.Create();
        return new PersistenceExtensions<T>(config.Settings);
    }

    public static PersistenceExtensions<T, S> UsePersistence<T, S>(this EndpointConfiguration config)
        where T : PersistenceDefinition, IPersistenceDefinitionFactory<T>
        where S : StorageType
    {
        config.Blueprint.Persistence = T.Create();
        return new PersistenceExtensions<T, S>(config.Settings);
    }

    /// <summary>A message has its effect once: rows, sagas and outgoing messages are committed together with the note that it was handled.</summary>
    public static OutboxSettings EnableOutbox(this EndpointConfiguration config)
    {
        config.Blueprint.Outbox = true;
        return new OutboxSettings(config.Settings);
    }
}

public static class SerializationConfigurationExtensions
{
    public static SerializationExtensions<T> UseSerialization<T>(this EndpointConfiguration config)
        where T : SerializationDefinition, new() =>
        config.UseSerialization(new T());

    public static SerializationExtensions<T> UseSerialization<T>(this EndpointConfiguration config, T serializationDefinition)
        where T : SerializationDefinition
    {
        config.Blueprint.Serializer = serializationDefinition;
        return new SerializationExtensions<T>(serializationDefinition, config.Settings);
    }

    /// <summary>One more format that incoming messages may have, chosen by their content type.</summary>
    public static SerializationExtensions<T> AddDeserializer<T>(this EndpointConfiguration config)
        where T : SerializationDefinition, new() =>
        config.AddDeserializer(new T());

    public static SerializationExtensions<T> AddDeserializer<T>(this EndpointConfiguration config, T serializationDefinition)
        where T : SerializationDefinition
    {
        config.Blueprint.Deserializers.Add(serializationDefinition);
        return new SerializationExtensions<T>(serializationDefinition, config.Settings);
    }
}

public static class QueueConfigurationExtensions
{
    public static void SendFailedMessagesTo(this EndpointConfiguration config, string errorQueue)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(errorQueue);
        config.Blueprint.ErrorQueue = errorQueue;
    }

    public static void AuditProcessedMessagesTo(this EndpointConfiguration config, string auditQueue, TimeSpan? timeToBeReceived = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(auditQueue);
        BrokerLimits.CheckTimeToLive(timeToBeReceived);
        (config.Blueprint.AuditQueue, config.Blueprint.AuditTimeToBeReceived) = (auditQueue, timeToBeReceived);
    }

    public static void LimitMessageProcessingConcurrencyTo(this EndpointConfiguration config, int maxConcurrency)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxConcurrency);
        config.Blueprint.MaxConcurrency = maxConcurrency;
    }

    /// <summary>Accepted for source compatibility when false. Emptying a queue at start loses messages, which this bus never does.</summary>
    public static void PurgeOnStartup(this EndpointConfiguration config, bool value)
    {
        if (value)
            throw new NotSupportedException(
                "PurgeOnStartup(true) is refused: it loses messages. Purge a test queue by the broker's own means.");
    }

    public static void OverrideLocalAddress(this EndpointConfiguration config, string baseInputQueueName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(baseInputQueueName);
        config.Blueprint.LocalAddress = baseInputQueueName;
    }

    public static void OverridePublicReturnAddress(this EndpointConfiguration config, string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        config.Blueprint.PublicReturnAddress = address;
    }

    public static void MakeInstanceUniquelyAddressable(this EndpointConfiguration config, string discriminator)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(discriminator);
        config.Blueprint.InstanceDiscriminator = discriminator;
    }
}

public static class BehaviorConfigurationExtensions
{
    public static RecoverabilitySettings Recoverability(this EndpointConfiguration config) => config.Blueprint.Recoverability;

    public static void EnableInstallers(this EndpointConfiguration config, string? username = null) =>
        (config.Blueprint.Installers, config.Blueprint.InstallIdentity) = (true, username);

    public static void AddInstaller<T>(this EndpointConfiguration config) where T : class, INeedToInstallSomething =>
        config.Blueprint.InstallerTypes.Add(typeof(T));

    public static void AddHandler<THandler>(this EndpointConfiguration config) where THandler : class, IHandleMessages =>
        config.Blueprint.AddHandler(typeof(THandler));

    public static void AddSaga<TSaga>(this EndpointConfiguration config) where TSaga : Saga => config.Blueprint.AddHandler(typeof(TSaga));

    public static AssemblyScannerConfiguration AssemblyScanner(this EndpointConfiguration config) => config.Blueprint.Scanner;

    public static AutoSubscribeSettings AutoSubscribe(this EndpointConfiguration config) => config.Blueprint.AutoSubscribe;

    public static HostInfoSettings UniquelyIdentifyRunningInstance(this EndpointConfiguration config) => config.Blueprint.HostInfo;

    /// <summary>What to do when the endpoint cannot go on by itself. Without it the error is logged and the process stays as it is.</summary>
    public static void DefineCriticalErrorAction(
        this EndpointConfiguration config, Func<ICriticalErrorContext, CancellationToken, Task> onCriticalError) =>
        config.Blueprint.OnCriticalError = onCriticalError;

    public static void AddHeaderToAllOutgoingMessages(this EndpointConfiguration config, string key, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        config.Blueprint.StaticHeaders[key] = value;
    }

    public static void CustomConversationIdStrategy(
        this EndpointConfiguration config, Func<ConversationIdStrategyContext, ConversationId> customStrategy) =>
        config.Blueprint.ConversationIdStrategy = customStrategy;

    public static SagaSettings Sagas(this EndpointConfiguration config) => config.Blueprint.SagaSettings;
}

/// <summary>Accepted so that the same source compiles on the official runtime; this one needs no licence and writes no diagnostics file.</summary>
public static class LicensingAndDiagnosticsExtensions
{
    public static void License(this EndpointConfiguration config, string licenseText) => ArgumentException.ThrowIfNullOrEmpty(licenseText);

    public static void LicensePath(this EndpointConfiguration config, string licenseFile) =>
        ArgumentException.ThrowIfNullOrEmpty(licenseFile);

    public static void SetDiagnosticsPath(this EndpointConfiguration config, string path) => ArgumentException.ThrowIfNullOrEmpty(path);

    public static void CustomDiagnosticsWriter(
        this EndpointConfiguration config, Func<string, CancellationToken, Task> customDiagnosticsWriter) =>
        ArgumentNullException.ThrowIfNull(customDiagnosticsWriter);

    public static void WriteDiagnosticsToLog(this EndpointConfiguration config) => ArgumentNullException.ThrowIfNull(config);
}
