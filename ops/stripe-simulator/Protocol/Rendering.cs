using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Protocol;

/// <summary>What the simulator knows of an object beyond what Stripe shows: kept in the state file, never answered.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HiddenAttribute : Attribute;

/// <summary>Objects as Stripe writes them: snake case, absent optional parts left out of errors only, ids opened where asked.</summary>
public static class Rendering
{
    const int DeepestExpansion = 4;

    static readonly HashSet<string> Expandable =
        ["customer", "payment_method", "latest_charge", "payment_intent", "charge", "default_payment_method"];

    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutAbsentParts, LeaveOutHidden } },
    };

    static void LeaveOutAbsentParts(JsonTypeInfo type)
    {
        if (type.Type != typeof(ErrorBody)) return;
        foreach (var property in type.Properties) property.ShouldSerialize = (_, value) => value is not null;
    }

    static void LeaveOutHidden(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(HiddenAttribute), inherit: false) is true)
                property.ShouldSerialize = (_, _) => false;
        }
    }

    public static byte[] Render(Account account, object result, string[] expand)
    {
        if (expand.Length == 0) return JsonSerializer.SerializeToUtf8Bytes(result, result.GetType(), Json);
        var root = JsonSerializer.SerializeToNode(result, result.GetType(), Json)!;
        foreach (var path in expand) Open(account, root, path.Split('.'));
        return JsonSerializer.SerializeToUtf8Bytes(root, Json);
    }

    public static byte[] Render(StripeError error) => JsonSerializer.SerializeToUtf8Bytes(new { Error = error.Body }, Json);

    /// <summary>Part of the validation, so that a wrong path is refused before anything happens.</summary>
    public static string[] ReadExpand(Parameters parameters)
    {
        var paths = parameters.List("expand");
        foreach (var path in paths)
        {
            var steps = path.Split('.');
            if (steps.Length > DeepestExpansion || steps.Any(step => step != "data" && !Expandable.Contains(step)))
                throw StripeError.Invalid($"This property cannot be expanded ({path}).", param: "expand");
        }
        return paths;
    }

    static void Open(Account account, JsonNode node, ReadOnlySpan<string> steps)
    {
        if (steps.IsEmpty || node is not JsonObject parent) return;
        if (parent[steps[0]] is JsonArray items)
        {
            foreach (var item in items) Open(account, item!, steps[1..]);
            return;
        }
        if (parent[steps[0]] is JsonValue value && Find(account, value.GetValue<string>()) is { } found)
            parent[steps[0]] = JsonSerializer.SerializeToNode(found, found.GetType(), Json);
        if (parent[steps[0]] is { } inner) Open(account, inner, steps[1..]);
    }

    static object? Find(Account account, string id) =>
        (object?)account.PaymentIntents.Find(id) ?? (object?)account.Charges.Find(id) ?? (object?)account.Customers.Find(id)
        ?? account.PaymentMethods.Find(id);
}
