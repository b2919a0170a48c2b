using System.Security.Cryptography;
using System.Text;

namespace NServiceBus
{
    public interface ICriticalErrorContext
    {
        /// <summary>Stops the endpoint (not the process).</summary>
        Func<CancellationToken, Task> Stop { get; }

        string Error { get; }
        Exception Exception { get; }
    }

    sealed record CriticalErrorContext(Func<CancellationToken, Task> Stop, string Error, Exception Exception) : ICriticalErrorContext;

    public sealed class AutoSubscribeSettings
    {
        internal bool SubscribeSagas { get; private set; } = true;
        internal HashSet<Type> Disabled { get; } = [];

        public void DoNotAutoSubscribeSagas() => SubscribeSagas = false;

        public AutoSubscribeSettings DisableFor<T>() => DisableFor(typeof(T));

        public AutoSubscribeSettings DisableFor(Type eventType)
        {
            Disabled.Add(eventType);
            return this;
        }
    }

    /// <summary>How this running instance is told from others by the platform tools. In containers say it explicitly.</summary>
    public sealed class HostInfoSettings
    {
        internal Guid? HostId { get; private set; }
        internal string? DisplayName { get; private set; }
        internal string? HostName { get; private set; }

        public HostInfoSettings UsingNames(string instanceName, string hostName)
        {
            ArgumentException.ThrowIfNullOrEmpty(instanceName);
            ArgumentException.ThrowIfNullOrEmpty(hostName);
            HostId = DeterministicGuid(instanceName, hostName);
            return this;
        }

        public HostInfoSettings UsingCustomIdentifier(Guid id)
        {
            HostId = id;
            return this;
        }

        public HostInfoSettings UsingCustomDisplayName(string displayName)
        {
            DisplayName = displayName;
            return this;
        }

        public HostInfoSettings UsingHostName(string hostName)
        {
            HostName = hostName;
            return this;
        }

        // A hash, not a secret: the platform tools know an instance by this very value.
        internal static Guid DeterministicGuid(params string[] data) => new(MD5.HashData(Encoding.UTF8.GetBytes(string.Concat(data))));
    }

    public sealed class SagaSettings
    {
        internal SagaSettings() { }

        /// <summary>Accepted for source compatibility: one saga data class for two sagas stays an error.</summary>
        public void DisableBestPracticeValidation() => GC.KeepAlive(this);
    }

    /// <summary>The message whose conversation is about to begin.</summary>
    public sealed record ConversationIdStrategyContext(Type MessageType, object Message, IReadOnlyDictionary<string, string> Headers);

    public sealed class ConversationId
    {
        ConversationId(string? value) => Value = value;

        internal string? Value { get; }

        public static ConversationId Default { get; } = new(null);

        public static ConversationId Custom(string customValue)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(customValue);
            return new ConversationId(customValue);
        }
    }
}

namespace NServiceBus.Installation
{
    /// <summary>Runs once per start when installers are enabled, before anything is received.</summary>
    public interface INeedToInstallSomething
    {
        Task Install(string identity, CancellationToken cancellationToken = default);
    }
}
