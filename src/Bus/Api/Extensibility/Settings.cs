using System.Diagnostics.CodeAnalysis;
using NServiceBus.Settings;

namespace NServiceBus.Settings
{
    public interface IReadOnlySettings
    {
        T Get<T>();
        T Get<T>(string key);
        bool TryGet<T>([MaybeNullWhen(false)] out T value);
        bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value);
        bool HasSetting(string key);
    }

    /// <summary>The settings of one endpoint by key or by type: where transport and persistence keep theirs.</summary>
    public sealed class SettingsHolder : IReadOnlySettings
    {
        readonly Dictionary<string, object> settings = [];

        public T Get<T>() => Get<T>(typeof(T).FullName!);

        public T Get<T>(string key) => TryGet<T>(key, out var value)
            ? value
            : throw new KeyNotFoundException($"The given key ({key}) was not present in the settings.");

        public bool TryGet<T>([MaybeNullWhen(false)] out T value) => TryGet(typeof(T).FullName!, out value);

        public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value)
        {
            if (settings.TryGetValue(key, out var found) && found is T typed)
            {
                value = typed;
                return true;
            }
            value = default;
            return false;
        }

        public T? GetOrDefault<T>(string key) => TryGet<T>(key, out var value) ? value : default;

        public T GetOrCreate<T>() where T : class, new()
        {
            if (TryGet<T>(out var found)) return found;
            var created = new T();
            Set(created);
            return created;
        }

        public bool HasSetting(string key) => settings.ContainsKey(key);

        public void Set<T>(T value) => Set(typeof(T).FullName!, value!);

        public void Set(string key, object value) => settings[key] = value;
    }
}

namespace NServiceBus.Configuration.AdvancedExtensibility
{
    /// <summary>A piece of configuration that can be extended by transports and persistences.</summary>
    public abstract class ExposeSettings(SettingsHolder settings)
    {
        internal SettingsHolder Settings { get; } = settings;
    }

    public static class AdvancedExtensibilityExtensions
    {
        public static SettingsHolder GetSettings(this ExposeSettings config) => config.Settings;
    }
}
