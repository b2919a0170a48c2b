using System.Diagnostics.CodeAnalysis;

namespace NServiceBus.Extensibility;

public interface IReadOnlyContextBag
{
    T Get<T>();
    T Get<T>(string key);
    bool TryGet<T>([MaybeNullWhen(false)] out T result);
    bool TryGet<T>(string key, [MaybeNullWhen(false)] out T result);
}

public interface IExtendable
{
    ContextBag Extensions { get; }
}

/// <summary>What behaviours tell each other about one message. A bag sees the entries of the bag it was made from, and writes its own.</summary>
public sealed class ContextBag(ContextBag? parentBag = null) : IReadOnlyContextBag
{
    Dictionary<string, object>? entries;

    public T Get<T>() => Get<T>(KeyOf<T>());

    public T Get<T>(string key) => TryGet<T>(key, out var found)
        ? found
        : throw new KeyNotFoundException($"No item found in the context with key '{key}'.");

    public bool TryGet<T>([MaybeNullWhen(false)] out T result) => TryGet(KeyOf<T>(), out result);

    public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T result)
    {
        for (var bag = this; bag is not null; bag = bag.Parent)
        {
            if (bag.entries is null || !bag.entries.TryGetValue(key, out var entry)) continue;
            result = (T)entry;
            return true;
        }
        result = default;
        return false;
    }

    public T GetOrCreate<T>() where T : class, new()
    {
        if (TryGet<T>(out var found)) return found;
        var created = new T();
        Set(created);
        return created;
    }

    public void Set<T>(T value) => Set(KeyOf<T>(), value);

    public void Set<T>(string key, T value) => (entries ??= [])[key] = value!;

    public void Remove<T>() => Remove(KeyOf<T>());

    public void Remove(string key) => entries?.Remove(key);

    ContextBag? Parent { get; } = parentBag;

    static string KeyOf<T>() => typeof(T).FullName!;
}
