namespace Roost.StripeSimulator.Protocol;

public static class MetadataRules
{
    /// <summary>Keys that are not named stay; an empty value removes its key.</summary>
    public static void Merge(Dictionary<string, string> metadata, Dictionary<string, string>? change)
    {
        foreach (var (key, value) in change ?? [])
        {
            if (value.Length == 0) metadata.Remove(key);
            else metadata[key] = value;
        }
    }
}
