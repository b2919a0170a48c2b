namespace Roost.StripeSimulator.State;

/// <summary>What every Stripe object has.</summary>
public interface IStripeObject
{
    string Id { get; }
    long Created { get; }
}

/// <summary>All objects of one kind, in the order of their creation.</summary>
public sealed class Objects<T>(string name) where T : class, IStripeObject
{
    readonly Dictionary<string, int> positions = [];
    readonly List<T> list = [];

    public IReadOnlyList<T> All => list;
    public T? Find(string id) => positions.TryGetValue(id, out var position) ? list[position] : null;

    /// <param name="param">The parameter that names the object; null when it stands in the path.</param>
    public T Get(string id, string? param = null) => Find(id) ?? throw Protocol.StripeError.NoSuch(name, id, param);

    public void Add(T item)
    {
        positions.Add(item.Id, list.Count);
        list.Add(item);
    }

    public IEnumerable<T> NewestFirst()
    {
        for (var i = list.Count - 1; i >= 0; i--) yield return list[i];
    }

    public void Clear()
    {
        positions.Clear();
        list.Clear();
    }
}
