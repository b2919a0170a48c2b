using NServiceBus;
using NServiceBus.Persistence;
using NServiceBus.Serialization;
using NServiceBus.Settings;
using NServiceBus.Transport;
using Roost.Bus.Pipeline;
using Roost.Bus.Pipeline.Outgoing;
using Roost.Bus.Platform;

namespace Roost.Bus.Hosting;

/// <summary>What the configuration API collected about an endpoint, before anything runs.</summary>
sealed class EndpointBlueprint(string name, SettingsHolder settings)
{
    public string Name { get; } = name;
    public SettingsHolder Settings { get; } = settings;
    public bool SendOnly { get; set; }

    public TransportDefinition? Transport { get; set; }
    public Routes Routes { get; } = new();
    public Conventions Conventions { get; } = new();
    public SerializationDefinition? Serializer { get; set; }
    public List<SerializationDefinition> Deserializers { get; } = [];

    public PersistenceDefinition? Persistence { get; set; }
    public bool Outbox { get; set; }
    public SagaSettings SagaSettings { get; } = new();

    public string ErrorQueue { get; set; } = "error";
    public string? AuditQueue { get; set; }
    public TimeSpan? AuditTimeToBeReceived { get; set; }
    public string? LocalAddress { get; set; }
    public string? PublicReturnAddress { get; set; }
    public string? InstanceDiscriminator { get; set; }
    public int MaxConcurrency { get; set; } = Math.Max(2, Environment.ProcessorCount);

    public RecoverabilitySettings Recoverability { get; } = new();
    public Func<ICriticalErrorContext, CancellationToken, Task>? OnCriticalError { get; set; }

    public bool Installers { get; set; }
    public string? InstallIdentity { get; set; }
    public List<Type> InstallerTypes { get; } = [];

    public List<Type> Handlers { get; } = [];
    public AssemblyScannerConfiguration Scanner { get; } = new();
    public AutoSubscribeSettings AutoSubscribe { get; } = new();
    public BehaviorRegistry Behaviors { get; } = new();

    public PlatformSettings Platform { get; } = new();
    public HostInfoSettings HostInfo { get; } = new();
    public Dictionary<string, string> StaticHeaders { get; } = [];
    public Func<ConversationIdStrategyContext, ConversationId>? ConversationIdStrategy { get; set; }

    /// <summary>The queue all instances share.</summary>
    public string MainQueue => LocalAddress ?? Name;

    /// <summary>The queue of this instance alone, if it has one.</summary>
    public string? InstanceQueue => InstanceDiscriminator is null ? null : $"{MainQueue}-{InstanceDiscriminator}";

    public void AddHandler(Type type)
    {
        if (!Handlers.Contains(type)) Handlers.Add(type);
    }
}
