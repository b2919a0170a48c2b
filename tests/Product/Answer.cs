using System.Text.Json;

namespace Roost.Product;

public sealed record Answer(int Status, string Text, bool IsReplay)
{
    public JsonElement this[string member] => JsonDocument.Parse(Text).RootElement.GetProperty(member);

    public string? Code => Text.StartsWith('{') && JsonDocument.Parse(Text).RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>Asking again with the same key gives the same; before that, it is not known what happened.</summary>
    public bool IsDefinitive => Status < 500 && Status != 429 && Code != "idempotency_in_progress";

    public override string ToString() => $"{Status} {Text}";
}
