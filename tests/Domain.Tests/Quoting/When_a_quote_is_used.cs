using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Roost.Domain.Cancelling;
using Roost.Domain.Quoting;
using Roost.Domain.Tests.Pricing;

namespace Roost.Domain.Tests.Quoting;

public sealed class When_a_quote_is_used
{
    static readonly byte[] Key = Encoding.UTF8.GetBytes("a key of at least thirty-two bytes");
    static readonly Guid Guest = new("0197f000-0000-7000-8000-00000000000a");
    static readonly DateTimeOffset Made = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly Quote Quote = new(
        new("0197f000-0000-7000-8000-00000000000b"), Guest, new("0197f000-0000-7000-8000-00000000000c"), new(2, 1),
        Stays.Price(null, Stays.Home(), Stays.Home(9_999, 100, 500, 2)), CancellationPolicies.Moderate, Made + Quotes.Lifetime);

    static readonly string Signature = Quotes.Sign(Quote, Key);

    [Test] // P-95
    public void It_holds_for_fifteen_minutes_and_not_a_tick_longer()
    {
        Assert.That(Refused(Quote, Made), Is.Null);
        Assert.That(Refused(Quote, Made.AddMinutes(15).AddTicks(-1)), Is.Null);
        Assert.That(Refused(Quote, Made.AddMinutes(15)), Is.EqualTo("quote_expired"));
    }

    [Test] // P-95: the host's change makes other quotes, never another price for this one
    public void It_keeps_its_price_when_the_host_changes_theirs()
    {
        var dearer = Quote with { Price = Stays.Price(null, Stays.Home(nightly: 99_900)) };

        Assert.That(Refused(Quote, Made.AddMinutes(5)), Is.Null);
        Assert.That(Refused(dearer, Made.AddMinutes(5)), Is.EqualTo("quote_invalid"));
    }

    [Test] // P-94
    public void Nobody_else_can_use_it() =>
        Assert.That(Quotes.Refusal(Quote, Signature, caller: Guid.Empty, Made, Key)?.Code, Is.EqualTo("quote_not_yours"));

    [Test] // P-94: every single value of it, found by walking its JSON
    public void Changing_anything_in_it_is_noticed()
    {
        var changed = 0;
        foreach (var path in Leaves(JsonSerializer.SerializeToNode(Quote)!, []))
        {
            var forged = JsonSerializer.SerializeToNode(Quote)!;
            Tamper(forged, path);
            if (Read(forged) is not { } quote) continue; // the value types refuse it already

            // Totals and currencies are computed from the parts: writing others has no effect at all.
            if (JsonNode.DeepEquals(JsonSerializer.SerializeToNode(quote), JsonSerializer.SerializeToNode(Quote))) continue;
            Assert.That(Refused(quote, Made), Is.EqualTo("quote_invalid"), string.Join('.', path));
            changed++;
        }
        Assert.That(changed, Is.GreaterThan(60));
    }

    [Test]
    public void It_is_genuine_after_any_store_and_under_a_rotated_key()
    {
        var newKey = Encoding.UTF8.GetBytes("another key with thirty-two bytes.");
        var stored = JsonSerializer.Deserialize<Quote>(JsonSerializer.Serialize(Quote, JsonSerializerOptions.Web), JsonSerializerOptions.Web)!;

        Assert.That(Quotes.IsGenuine(stored, Signature, newKey, Key), Is.True);
        Assert.That(Quotes.IsGenuine(stored, Signature, newKey), Is.False);
    }

    [TestCase("")]
    [TestCase("not base64")]
    [TestCase("AAAA")]
    public void A_made_up_signature_is_none(string signature) => Assert.That(Quotes.IsGenuine(Quote, signature, Key), Is.False);

    [Test]
    public void A_short_key_signs_nothing() => Assert.That(() => Quotes.Sign(Quote, [1, 2, 3]), Throws.ArgumentException);

    static string? Refused(Quote quote, DateTimeOffset now) => Quotes.Refusal(quote, Signature, Guest, now, Key)?.Code;

    static IEnumerable<object[]> Leaves(JsonNode? node, object[] path) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Leaves(field.Value, [.. path, field.Key])),
        JsonArray items => items.SelectMany((item, index) => Leaves(item, [.. path, index])),
        _ => [path],
    };

    static void Tamper(JsonNode root, object[] path)
    {
        var parent = path[..^1].Aggregate(root, (node, step) => step is int index ? node[index]! : node[(string)step]!);
        var value = path[^1] is int at ? parent[at]! : parent[(string)path[^1]]!;
        JsonNode other = value.GetValueKind() == JsonValueKind.Number ? value.GetValue<long>() + 10 : Other(value.GetValue<string>());
        if (path[^1] is int place) parent[place] = other;
        else parent[(string)path[^1]] = other;
    }

    static string Other(string text)
    {
        if (Guid.TryParse(text, out _)) return Guid.Empty.ToString();
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", out var date)) return date.AddDays(1).ToString("yyyy-MM-dd");
        if (DateTimeOffset.TryParse(text, out var instant)) return instant.AddHours(1).ToString("O");
        return text == "USD" ? "EUR" : text + "!";
    }

    static Quote? Read(JsonNode json)
    {
        try
        {
            var quote = json.Deserialize<Quote>();
            return quote?.Price.Total is null ? null : quote; // parts in two currencies have no total
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or JsonException)
        {
            return null;
        }
    }
}
