using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Roost.Endpoints.Tests.Web;

/// <summary>Idempotency keys, on a route that writes rows of its own.</summary>
public sealed class When_a_request_comes_again
{
    static TestWeb Web => TheWeb.Running;

    readonly string key = Guid.NewGuid().ToString();
    Person host = null!;

    [OneTimeSetUp]
    public async Task Somebody_is_signed_in() => host = await Web.Somebody();

    [Test]
    public async Task The_same_answer_comes_back_and_nothing_else_happens()
    {
        var first = await Create(host, "a", Some.Home("once"));
        var second = await Create(host, "a", Some.Home("once"));

        Assert.That(first.Status, Is.EqualTo(201), first.Text);
        Assert.That((second.Status, second.Text, second.Header("Location")), Is.EqualTo((first.Status, first.Text, first.Header("Location"))));
        Assert.That((first.Header("Idempotency-Replayed"), second.Header("Idempotency-Replayed")), Is.EqualTo(((string?)null, "true")));
        Assert.That(await Listings(host, "once"), Is.EqualTo(1));
    }

    /// <summary>P-61.</summary>
    [Test]
    public async Task Another_body_with_the_key_is_refused_and_the_first_result_stands()
    {
        var first = await Create(host, "b", Some.Home("first"));
        var other = await Create(host, "b", Some.Home("other"));
        var again = await Create(host, "b", Some.Home("first"));

        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_key_reused")));
        Assert.That(again.Text, Is.EqualTo(first.Text));
        Assert.That((await Listings(host, "first"), await Listings(host, "other")), Is.EqualTo((1L, 0L)));
    }

    /// <summary>P-61: another order, other spaces and escapes say the same; any other value does not.</summary>
    [TestCase("""{"reason":"it rains","paymentMethodId":1.50}""", """ { "paymentMethodId" : 1.50, "reason" : "it \u0072ains" } """, true)]
    [TestCase("""{"a":{"b":[1,2],"c":null}}""", """{"a":{"c":null,"b":[1, 2]}}""", true)]
    [TestCase("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [TestCase("""{"a":1}""", """{"a":1.0}""", false)]
    [TestCase("""{"a":"1"}""", """{"a":1}""", false)]
    [TestCase("""{"a":null}""", "{}", false)]
    [TestCase("""{"a":1,"a":2}""", """{"a":2,"a":1}""", false)]
    [TestCase("", "null", false)]
    [TestCase("{", "{ ", false)]
    [TestCase("""{"\ud800":1}""", """{"\ud801":1}""", false)]
    public void A_body_counts_by_what_it_says(string first, string second, bool isTheSame) =>
        Assert.That(Meaning(first).SequenceEqual(Meaning(second)), Is.EqualTo(isTheSame));

    [Test]
    public async Task The_same_request_written_otherwise_gets_the_same_answer()
    {
        var home = JsonSerializer.SerializeToNode((object)Some.Home("reordered"))!.AsObject();
        var reversed = new JsonObject(home.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

        var first = await Create(host, "h", Json(home.ToJsonString()));
        var again = await Create(host, "h", Json(reversed.ToJsonString(new() { WriteIndented = true })));
        reversed["title"] = "other";
        var other = await Create(host, "h", Json(reversed.ToJsonString()));

        Assert.That((first.Status, again.Status, again.Text), Is.EqualTo((201, 201, first.Text)));
        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_key_reused")));
        Assert.That(await Listings(host, "reordered"), Is.EqualTo(1));

        static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
    }

    /// <summary>P-62: while the first is held up, the second is told to come back; then both have the same listing.</summary>
    [Test]
    public async Task Of_two_at_once_one_executes()
    {
        await using var obstacle = await Obstacle();
        var first = Create(host, "c", Some.Home("twins"));
        await Eventually.Is(async () => await Web.Database.Value<long>("select count(*) from pg_locks where not granted and relation = 'web.listings'::regclass") > 0);

        var second = await Create(host, "c", Some.Home("twins"));
        await obstacle.DisposeAsync();

        Assert.That((second.Status, second.Code, second.Header("Retry-After")), Is.EqualTo((409, "idempotency_in_progress", "1")));
        Assert.That((await first).Status, Is.EqualTo(201));
        Assert.That((await Create(host, "c", Some.Home("twins"))).Text, Is.EqualTo((await first).Text));
        Assert.That(await Listings(host, "twins"), Is.EqualTo(1));
    }

    /// <summary>P-62 without anybody's help.</summary>
    [Test]
    public async Task Of_many_at_once_one_executes()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Create(host, "d", Some.Home("crowd"))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(201, 409));
        Assert.That(answers.Where(answer => answer.Status == 201).Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Listings(host, "crowd"), Is.EqualTo(1));
    }

    /// <summary>P-63.</summary>
    [Test]
    public async Task Another_callers_same_key_is_another_key()
    {
        var other = await Web.Somebody();

        var mine = await Create(host, "e", Some.Home("mine"));
        var his = await Create(other, "e", Some.Home("his"));

        Assert.That(his.Status, Is.EqualTo(201), his.Text);
        Assert.That(his.Header("Idempotency-Replayed"), Is.Null);
        Assert.That(his["listingId"].GetGuid(), Is.Not.EqualTo(mine["listingId"].GetGuid()));
        Assert.That(await Listings(other, "his"), Is.EqualTo(1));
    }

    /// <summary>A wrong field is corrected under the same key: the refusal was no outcome.</summary>
    [Test]
    public async Task A_refused_body_may_be_corrected()
    {
        var wrong = Some.Home("corrected");
        wrong["checkInTime"] = "late";

        var refused = await Create(host, "f", wrong);
        var corrected = await Create(host, "f", Some.Home("corrected"));

        Assert.That((refused.Status, corrected.Status), Is.EqualTo((422, 201)));
    }

    [Test]
    public async Task A_key_must_be_printable_and_short()
    {
        var answer = await host.Post("listings", Some.Home(), ("Idempotency-Key", new string('k', 256)));

        Assert.That((answer.Status, answer.WrongFields[0]), Is.EqualTo((422, "Idempotency-Key")));
    }

    [Test]
    public async Task The_other_name_of_the_header_is_the_same_key()
    {
        var first = await Create(host, "g", Some.Home("alias"));
        var second = await host.Post("listings", Some.Home("alias"), ("X-Idempotency-Key", key + "g"));

        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That(second.Header("Idempotency-Replayed"), Is.EqualTo("true"));
    }

    [Test]
    public async Task Where_a_key_is_needed_its_absence_is_said()
    {
        var answer = await host.Post("bookings", new { quoteId = Guid.NewGuid(), paymentMethodId = "pm_card_visa" });

        Assert.That((answer.Status, answer.Code), Is.EqualTo((428, "idempotency_key_required")), answer.Text);
    }

    static byte[] Meaning(string body) => Roost.Web.Asking.Meaning.Hash("/api/v1/listings", Encoding.UTF8.GetBytes(body));

    Task<Answer> Create(Person who, string suffix, object body) => who.Post("listings", body, ("Idempotency-Key", key + suffix));

    static Task<long> Listings(Person of, string title) =>
        Web.Database.Value<long>($"select count(*) from web.listings where host_id = '{of.Id}' and title = '{title}'");

    /// <summary>Until disposed, nobody can write listings.</summary>
    static async Task<NpgsqlConnection> Obstacle()
    {
        var connection = await Web.Database.Open();
        await using var command = new NpgsqlCommand("begin; lock table web.listings in share mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
