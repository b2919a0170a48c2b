using System.Net.Http.Headers;

namespace Roost.Endpoints.Tests.Web;

public sealed class When_a_request_is_malformed
{
    static TestWeb Web => TheWeb.Running;

    [TestCase("POST", "auth/login", """{"email":""", "application/json", 400, "malformed")]
    [TestCase("POST", "auth/login", "", "application/json", 400, "malformed")]
    [TestCase("POST", "auth/login", "null", "application/json", 400, "malformed")]
    [TestCase("POST", "auth/login", """{"email":"a","email":"b","password":"c"}""", "application/json", 422, "invalid_request")]
    [TestCase("POST", "auth/login", """{"email":"a","password":"b"}""", "text/plain", 415, "unsupported_media_type")]
    [TestCase("DELETE", "auth/login", null, null, 405, "method_not_allowed")]
    [TestCase("GET", "no/such/route", null, null, 404, "not_found")]
    [TestCase("GET", "listings/not-an-id", null, null, 404, "not_found")]
    [TestCase("GET", "listings/00000000-0000-0000-0000-000000000001", null, null, 404, "not_found")]
    [TestCase("GET", "auth/me", null, null, 401, "unauthenticated")]
    public async Task The_answer_is_a_problem_with_a_code(string method, string path, string? body, string? type, int status, string code)
    {
        var content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse(type!));

        var answer = await Web.Client.Ask(new HttpMethod(method), path, content);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)), answer.Text);
        Assert.That(answer.Header("Content-Type"), Does.StartWith("application/problem+json"));
        Assert.That(answer["status"].GetInt32(), Is.EqualTo(status));
        Assert.That(answer["traceId"].GetString(), Is.EqualTo(answer.Header("X-Request-Id")));
    }

    [Test]
    public async Task A_body_that_is_too_large_is_not_read()
    {
        var answer = await Web.Client.Post("auth/login", new { email = new string('a', 2 << 20), password = "b" });

        Assert.That((answer.Status, answer.Code), Is.EqualTo((413, "too_large")), answer.Text);
    }

    /// <summary>P-118: on a route that writes, with a body that is right but for one field.</summary>
    [TestCase("status", "active", "status")]
    [TestCase("hostId", "00000000-0000-0000-0000-000000000001", "hostId")]
    [TestCase("title", 7, "title")]
    [TestCase("title", null, "title")]
    [TestCase("title", "a \0 in it", "title")]
    [TestCase("instantBook", "yes", "instantBook")]
    [TestCase("currency", "ZZZ", "currency")]
    public async Task The_wrong_field_is_named_and_nothing_is_written(string field, object? value, string named)
    {
        var host = await Web.Somebody();
        var body = Some.Home();
        body[field] = value;

        var answer = await host.Post("listings", body);

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.WrongFields, Does.Contain(named));
        Assert.That(await Web.Database.Value<long>($"select count(*) from web.listings where host_id = '{host.Id}'"), Is.Zero);
    }

    [TestCase("""{"amount":12000,"currency":"ZZZ"}""", "units[0].basePrice")]
    [TestCase("""{"amount":12000.5,"currency":"EUR"}""", "units[0].basePrice")]
    [TestCase("""{"amount":"12000","currency":"EUR"}""", "units[0].basePrice")]
    [TestCase("""{"amount":12000,"currency":"EUR","paid":true}""", "units[0].basePrice.paid")]
    [TestCase("""{"amount":12000}""", "units[0].basePrice.currency")]
    public async Task Money_that_is_none_is_named_with_its_place(string money, string named)
    {
        var host = await Web.Somebody();
        var body = Some.Home();
        var price = System.Text.Json.JsonDocument.Parse(money).RootElement;
        body["units"] = new[] { new { name = "House", capacity = 1, maxGuests = 4, basePrice = price } };

        var answer = await host.Post("listings", body);

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(new[] { named }));
    }

    [TestCase("bookings?limit=99999999999", "limit")]
    [TestCase("bookings?limit=many", "limit")]
    public async Task A_parameter_is_named_as_it_was_written(string path, string named)
    {
        var answer = await (await Web.Somebody()).Get(path);

        Assert.That((answer.Status, answer.WrongFields), Is.EqualTo((422, new[] { named })), answer.Text);
    }

    [TestCase("my-request.42", true)]
    [TestCase("with blank", false)]
    [TestCase("<script>", false)]
    public async Task A_request_id_is_echoed_if_it_is_harmless(string offered, bool isTaken)
    {
        var answer = await Web.Client.Ask(HttpMethod.Get, "no/such/route", null, ("X-Request-Id", offered));

        Assert.That(answer.Header("X-Request-Id"), isTaken ? Is.EqualTo(offered) : Is.Not.EqualTo(offered).And.Not.Empty);
        Assert.That(Web.Printed.Contains(offered, StringComparison.Ordinal), Is.EqualTo(isTaken), "logged");
    }
}
