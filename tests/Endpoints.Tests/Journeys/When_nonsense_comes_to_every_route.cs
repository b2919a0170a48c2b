using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>
/// Whatever somebody sends who may use a route, he gets a refusal that says what is wrong, and never an error of ours. Bodies are made from the description, so that a
/// new route or field is tried too.
/// </summary>
public sealed class When_nonsense_comes_to_every_route
{
    /// <summary>For passwords, which take their time: the kinds of text that stand first below.</summary>
    const int Texts = 4;

    static readonly string endless = new('x', 20_000);

    static readonly JsonNode?[] nonsense =
    [
        null, "", "a \0 in it", endless, true, -1, 2_147_483_648L, long.MaxValue, 1e300, "0001-01-01", "9999-12-31", new JsonArray(new JsonArray()), new JsonObject(),
        new JsonObject { ["amount"] = long.MaxValue, ["currency"] = "USD" }, new JsonObject { ["amount"] = 1, ["currency"] = "\0\0\0" },
    ];

    static readonly string[] raw =
        ["", "null", "[]", "{}", "0", "\"\"", "{", "{\"a\":", "\u0000", "{} {}", $"{new string('[', 500)}", "{\"\\ud800\":1}", "{\"reason\":\"\\u0000\"}"];

    static readonly string[] queries =
    [
        "limit=-1&cursor=%00", "limit=99999999999999999999", "cursor=AAAA&limit=0", "checkIn=9999-12-31&checkOut=0001-01-01", "checkIn=9999-12-30&checkOut=9999-12-31",
        "checkIn=2027-07-01&checkOut=2027-07-03&guests=-5&quantity=2147483647", "guests=x", "from=9999-12-31", "from=0001-01-01&to=9999-12-31", "to=0001-01-01", "month=9999-12",
        "month=0001-01", "month=%00", "month=",
    ];

    static readonly (string, string)[] headers =
        [("Prefer", "wait=99999999999999999999"), ("Prefer", "wait=-1"), ("Prefer", ";=,"), ("Last-Event-ID", "99999999999999999999"), ("Idempotency-Key", ""), ("X-Request-Id", "\u007f")];

    Place place = null!;
    Described api = null!;
    Dictionary<string, Guid> things = [];
    Person host = null!;

    [OneTimeSetUp]
    public async Task Somebody_has_everything()
    {
        place = await OnSale();
        host = place.Host;
        api = (await Described.By(TheProduct.Running.Web))!;
        var booking = await place.Booked(host, Day(0), Day(2)); // his own place: he may try the routes of both sides
        var change = await host.Post($"bookings/{booking}/changes", new { checkIn = Day(1), checkOut = Day(3) }, ("Idempotency-Key", "k"), ("Prefer", "wait=10"));
        var entry = await host.Post("waitlist", new { unitId = place.UnitId, checkIn = Day(0), checkOut = Day(2) }, ("Prefer", "wait=10"));
        var block = await host.Post($"units/{place.UnitId}/blocks", new { from = Day(20), to = Day(22) });
        things = new()
        {
            ["listingId"] = place.ListingId, ["unitId"] = place.UnitId, ["bookingId"] = booking, ["changeId"] = change["changeId"].GetGuid(),
            ["entryId"] = entry["entryId"].GetGuid(), ["blockId"] = block["blockId"].GetGuid(), ["userId"] = host.Id, ["hostId"] = host.Id,
        };
    }

    [Test]
    public Task Bodies_that_are_none_are_refused() => TryAll((method, path, operation) =>
        operation["requestBody"] is null ? [] : raw.Select(body => Ask(method, path, body)));

    [Test]
    public Task Fields_of_any_kind_and_size_are_refused_or_taken() => TryAll((method, path, operation) =>
        Sample(operation) is not { } sample ? []
            : Fields(sample).SelectMany(field => nonsense.Take(path.Contains("/auth/", StringComparison.Ordinal) ? Texts : nonsense.Length).Select(value => Ask(method, path, With(sample, field, value).ToJsonString()))));

    [Test]
    public Task Queries_make_sense_or_are_refused() => TryAll((method, path, _) =>
        method != "GET" || path.EndsWith("/events", StringComparison.Ordinal) ? [] : queries.Select(query => Ask(method, $"{path}?{query}", null)));

    [Test]
    public Task Headers_of_any_kind_do_no_harm() => TryAll((method, path, _) =>
        method == "GET" && !path.EndsWith("/events", StringComparison.Ordinal) ? headers.Select(header => Ask(method, path, null, header))
        : method == "POST" && path.EndsWith("/no-show", StringComparison.Ordinal) ? headers.Select(header => Ask(method, path, "{}", header)) : []);

    async Task TryAll(Func<string, string, JsonObject, IEnumerable<Func<Task<Answer>>>> attempts)
    {
        var (failed, tried) = (new List<string>(), 0);
        foreach (var (pattern, methods) in api.Paths)
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                var path = string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? $"{things[part.Trim('{', '}')]}" : part));
                foreach (var attempt in attempts(method.ToUpperInvariant(), path, operation!.AsObject()))
                {
                    var answer = await attempt();
                    tried++;
                    if (answer.Status >= 500) failed.Add($"{method} {pattern}: {answer} for {await Sent(answer)}");
                }
            }
        }
        Assert.That(failed, Is.Empty);
        Assert.That(tried, Is.GreaterThan(40));
    }

    Func<Task<Answer>> Ask(string method, string path, string? body, params (string, string)[] more) => () => host.Ask(
        new HttpMethod(method), path, body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")), at: null,
        [.. more, ("Idempotency-Key", $"{Guid.NewGuid()}"), ("Prefer", "wait=1")]);

    static async Task<string> Sent(Answer answer)
    {
        var request = answer.Message.RequestMessage!;
        return request.Content is null ? $"{request.RequestUri!.Query} {request.Headers}" : (await request.Content.ReadAsStringAsync())[..Math.Min(300, (int)request.Content.Headers.ContentLength!)];
    }

    JsonObject? Sample(JsonObject operation) =>
        operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema ? Sample(schema) as JsonObject : null;

    /// <summary>A body in which every field has a value that looks right; unlike a real one it names nothing that exists, except the unit.</summary>
    JsonNode? Sample(JsonNode schema)
    {
        schema = schema["oneOf"] is JsonArray choices ? api.Resolve(choices.Last()!) : api.Resolve(schema);
        if (schema["enum"] is JsonArray values) return values[0]!.DeepClone();
        if (schema["properties"] is JsonObject properties)
            return new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, property.Key == "unitId" ? $"{place.UnitId}" : Sample(property.Value!))));
        var type = schema["type"] is JsonArray types ? types.Last()!.GetValue<string>() : schema["type"]?.GetValue<string>();
        return (type, schema["format"]?.GetValue<string>()) switch
        {
            ("array", _) => new JsonArray(schema["items"] is { } item ? Sample(item) : null),
            ("integer" or "number", _) => 1,
            ("boolean", _) => true,
            (_, "uuid") => $"{Guid.CreateVersion7()}",
            (_, "date") => $"{Day(40):O}",
            _ => "USD",
        };
    }

    static IEnumerable<string[]> Fields(JsonObject body) => body.SelectMany(member => member.Value switch
    {
        JsonObject inner => Fields(inner).Select(path => (string[])[member.Key, .. path]).Prepend([member.Key]),
        JsonArray and [JsonObject first] => Fields(first).Select(path => (string[])[member.Key, "0", .. path]).Prepend([member.Key]),
        _ => [[member.Key]],
    });

    static JsonObject With(JsonObject body, string[] field, JsonNode? value)
    {
        var copy = body.DeepClone().AsObject();
        JsonNode at = copy;
        foreach (var name in field[..^1]) at = at is JsonArray items ? items[0]! : at[name]!;
        at[field[^1]] = value?.DeepClone();
        return copy;
    }
}
