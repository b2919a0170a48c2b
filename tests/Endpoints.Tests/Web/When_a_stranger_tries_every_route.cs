using System.Text.Json;
using System.Text.Json.Nodes;

namespace Roost.Endpoints.Tests.Web;

/// <summary>
/// P-110: walks the route table, so that a new route is covered, or fails here until somebody has decided whom it is for.
/// </summary>
public sealed class When_a_stranger_tries_every_route
{
    // A route that is not here needs a caller. Adding one is a decision.
    static readonly string[] forEverybody =
    [
        "POST /api/v1/auth/signup", "POST /api/v1/auth/verify-email", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/password/reset", "POST /api/v1/auth/password/reset/confirm",
        "GET /api/v1/listings/{listingId:guid}",
        "GET /api/v1/units/{unitId:guid}/calendar",
        "GET /api/v1/listings/{listingId:guid}/availability",
    ];

    static TestWeb Web => TheWeb.Running;

    List<Route> routes = [];
    JsonNode description = null!;
    Person owner = null!, stranger = null!;
    Dictionary<string, string> hisThings = [];

    [OneTimeSetUp]
    public async Task Somebody_owns_things()
    {
        routes = await RouteTable.Of(Web);
        description = JsonNode.Parse((await Web.Client.Get("/openapi/v1.json")).Text)!;
        (owner, stranger) = (await Web.Somebody(), await Web.Somebody());
        var listing = await owner.Post("listings", Some.Home());
        var bookingId = await Own("bookings", "guest_id, host_id, listing_id, quote_id, confirmation_code",
            $"'{owner.Id}', '{owner.Id}', '{listing["listingId"].GetGuid()}', gen_random_uuid(), 'ABC123'");
        hisThings = new()
        {
            ["listingId"] = listing["listingId"].GetString()!,
            ["unitId"] = listing["units"][0].GetProperty("unitId").GetString()!,
            ["bookingId"] = bookingId,
            ["changeId"] = await Own("changes", "booking_id, guest_id, price", $"'{bookingId}', '{owner.Id}', '{{}}'"),
            ["entryId"] = await Own("waitlist", "guest_id, unit_id, check_in, check_out, quantity, adults, children, infants, joined_at",
                $"'{owner.Id}', gen_random_uuid(), '2030-06-01', '2030-06-03', 1, 2, 0, 0, now()"),
            ["blockId"] = await Block(listing["units"][0].GetProperty("unitId").GetString()!),
            ["userId"] = $"{owner.Id}",
            ["hostId"] = $"{owner.Id}",
        };
    }

    [Test]
    public void There_are_routes_to_walk() => Assert.That(routes, Has.Count.GreaterThan(20));

    [Test]
    public void Only_what_was_decided_is_for_everybody() =>
        Assert.That(routes.Where(route => route.IsForEverybody).Select(route => route.ToString()), Is.SubsetOf(forEverybody));

    [Test]
    public async Task Without_a_token_there_is_nothing() => await Nothing(token: null);

    [Test]
    public async Task With_a_made_up_token_there_is_nothing() => await Nothing("e30.e30.e30");

    [Test]
    public async Task With_a_revoked_token_there_is_nothing()
    {
        var gone = await Web.Somebody();
        await gone.Post("auth/logout");
        await Nothing(gone.AccessToken);
    }

    [Test]
    public async Task With_an_expired_token_there_is_nothing()
    {
        var forge = await Forge.For(stranger, Web.Database);
        Assert.That((await stranger.AsksWith(forge.Token(), "auth/me")).Status, Is.EqualTo(200), "only its time makes the difference");

        await Nothing(forge.Token(exp: DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1));
    }

    [Test]
    public async Task What_somebody_else_owns_is_not_there()
    {
        var wrong = new List<string>();
        foreach (var route in Closed.Where(route => route.Parameters.Length > 0))
        {
            var answer = await Try(route, stranger.AccessToken, His);
            if (answer.Status is not (401 or 403 or 404)) wrong.Add($"{route}: {answer}");
        }
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>Otherwise the ids above might belong to nobody, and the test prove nothing.</summary>
    [Test]
    public async Task Its_owner_finds_it()
    {
        Assert.That((await owner.Put($"listings/{hisThings["listingId"]}", Sample("PUT", "/api/v1/listings/{listingId}")!)).Status, Is.Not.AnyOf(401, 403, 404));
        Assert.That((await owner.Get($"bookings/{hisThings["bookingId"]}")).Status, Is.EqualTo(200));
        Assert.That((await owner.Ask(HttpMethod.Delete, $"blocks/{hisThings["blockId"]}", headers: ("Prefer", "wait=1"))).Status, Is.EqualTo(202));
    }

    /// <summary>The page and the generated clients know what there is: what it is for, what to send, what comes back.</summary>
    [Test]
    public async Task Every_route_is_described()
    {
        var api = (await Described.By(Web.Client))!;
        Assert.That(routes.SelectMany(route => Gaps(route, api)), Is.Empty);
        Assert.That(api.References().Distinct().Select(reference => api.Resolve(new JsonObject { ["$ref"] = reference })).ToList(), Has.Count.GreaterThan(20).And.All.Not.Null);
    }

    static IEnumerable<string> Gaps(Route route, Described api)
    {
        if (api.Paths[route.With(parameter => $"{{{parameter}}}")]?[route.Method.ToLowerInvariant()] is not { } operation)
        {
            yield return $"{route} is missing";
            yield break;
        }
        var responses = operation["responses"]!.AsObject();
        var headers = operation["parameters"]?.AsArray().Where(each => each!["in"]!.GetValue<string>() == "header").Select(each => each!["name"]!.GetValue<string>()).ToList() ?? [];
        if (string.IsNullOrEmpty(operation["summary"]?.GetValue<string>())) yield return $"{route} has no summary";
        if (route.TakesBody && operation["requestBody"]?["content"]?["application/json"]?["schema"] is null) yield return $"{route} says nothing of its body";
        if (!responses.Any(each => each.Key[0] == '2')) yield return $"{route} never succeeds";
        foreach (var (status, answer) in responses)
        {
            var schema = answer!["content"]?.AsObject().Select(each => each.Value!["schema"]).FirstOrDefault();
            if (status is "200" or "201" or [>= '4', ..] && schema is null) yield return $"{route} says nothing of the body of {status}";
        }
        if (!route.IsForEverybody && !responses.ContainsKey("401")) yield return $"{route} does not say that one must be signed in";
        if (!responses.ContainsKey("429")) yield return $"{route} does not say that there is a limit";
        if (responses.ContainsKey("428") && !headers.Contains("Idempotency-Key")) yield return $"{route} does not name the key that it needs";
    }

    [TestCase("post", "/api/v1/bookings", "Idempotency-Key", "Prefer")]
    [TestCase("post", "/api/v1/bookings/{bookingId}/changes", "Idempotency-Key", "Prefer")]
    [TestCase("post", "/api/v1/bookings/{bookingId}/cancel", "Idempotency-Key", "Prefer")]
    [TestCase("post", "/api/v1/waitlist/{entryId}/accept", "Idempotency-Key", "Prefer")]
    [TestCase("get", "/api/v1/bookings/{bookingId}/events", "Last-Event-ID")]
    public async Task Headers_are_described_too(string method, string path, params string[] headers)
    {
        var parameters = (await Described.By(Web.Client))!.Paths[path]![method]!["parameters"]!.AsArray();

        Assert.That(parameters.Where(each => each!["in"]!.GetValue<string>() == "header").Select(each => each!["name"]!.GetValue<string>()), Is.EquivalentTo(headers));
    }

    /// <summary>A parameter of a new name is somebody's thing too: say whose, above.</summary>
    string His(string parameter) => hisThings.TryGetValue(parameter, out var id) ? id : throw new AssertionException($"no {parameter} of the owner to try");

    IEnumerable<Route> Closed => routes.Where(route => !route.IsForEverybody);

    async Task Nothing(string? token)
    {
        var wrong = new List<string>();
        foreach (var route in Closed)
        {
            var answer = await Try(route, token, His);
            if ((answer.Status, answer.Code) != (401, "unauthenticated")) wrong.Add($"{route}: {answer}");
        }
        Assert.That(wrong, Is.Empty);
    }

    Task<Answer> Try(Route route, string? token, Func<string, string> id)
    {
        (string, string)[] headers = token is null ? [] : [("Authorization", $"Bearer {token}")];
        var body = Sample(route.Method, route.With(parameter => $"{{{parameter}}}"));
        return Web.Client.Ask(new HttpMethod(route.Method), route.With(id), body, [.. headers, ("Idempotency-Key", Guid.NewGuid().ToString())]);
    }

    /// <summary>A body that can be read, made from the description: a stranger must not get as far as its contents.</summary>
    JsonNode? Sample(string method, string path)
    {
        var schema = description["paths"]![path]?[method.ToLowerInvariant()]?["requestBody"]?["content"]?["application/json"]?["schema"];
        return schema is null ? null : Value(schema);
    }

    JsonNode? Value(JsonNode schema)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return Value(reference[2..].Split('/').Aggregate(description, (node, part) => node![part]!));
        if (schema["oneOf"] is JsonArray choices) return Value(choices.Last()!);
        if (schema["enum"] is JsonArray values) return values[0]!.DeepClone();
        if (schema["properties"] is JsonObject properties)
        {
            var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
            return new JsonObject(properties.Where(property => required.Contains(property.Key))
                .Select(property => KeyValuePair.Create(property.Key, Value(property.Value!))));
        }
        var type = schema["type"] is JsonArray types ? types[0]!.GetValue<string>() : schema["type"]?.GetValue<string>();
        var format = schema["format"]?.GetValue<string>();
        return (type, format) switch
        {
            ("array", _) => new JsonArray(),
            ("integer" or "number", _) => 1,
            ("boolean", _) => true,
            (_, "uuid") => Guid.CreateVersion7().ToString(),
            (_, "date") => "2030-06-01",
            (_, "date-time") => "2030-06-01T00:00:00Z",
            (_, "time") => "12:00:00",
            _ when JsonSerializer.Serialize(schema).Contains("4217", StringComparison.Ordinal) => "EUR",
            _ => "x",
        };
    }

    /// <summary>As the calendar, which does not run here, would have made it.</summary>
    static async Task<string> Block(string unitId)
    {
        var id = $"{Guid.CreateVersion7()}";
        await Web.Database.Execute(
            $"""
            insert into calendar.claims (id, line, unit_id, stay, quantity, kind, state)
            values ('{id}', 0, '{unitId}', '[2030-06-01,2030-06-03)', 1, 'block', 'live')
            """);
        return id;
    }

    async Task<string> Own(string table, string columns, string values)
    {
        var id = Guid.CreateVersion7().ToString();
        await Web.Database.Execute($"insert into web.{table} (id, {columns}) values ('{id}', {values})");
        return id;
    }
}
