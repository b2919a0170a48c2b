namespace Roost.Endpoints.Tests.Web;

/// <summary>P-117: who may speak for others is configured.</summary>
public sealed class When_a_proxy_forwards
{
    [Test]
    public async Task Its_clients_are_counted_by_their_own_addresses()
    {
        await using var web = await TheWeb.Running.Beside(("ROOST__RATELIMITS", "true"), ("ROOST__PROXIES", "127.0.0.0/8"));

        var tries = new List<int>();
        for (var i = 0; i < 8; i++) tries.Add(await Try(web, $"198.51.100.1, 203.0.113.{i}"));
        for (var i = 0; i < 8; i++) tries.Add(await Try(web, $"198.51.100.{i}, 203.0.113.77"));

        Assert.That(tries.Take(8), Is.All.EqualTo(401), "eight clients of the proxy");
        Assert.That(tries.Skip(8).Count(status => status == 429), Is.GreaterThanOrEqualTo(2), "one client, who writes something else before it each time");
    }

    static async Task<int> Try(TestWeb web, string forwardedFor) =>
        (await web.Client.Ask(HttpMethod.Post, "auth/login", new { email = "victim@guests.test", password = "Wrong-Guess-2027" }, ("X-Forwarded-For", forwardedFor))).Status;
}
