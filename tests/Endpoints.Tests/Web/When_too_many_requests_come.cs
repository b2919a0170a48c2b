using System.Diagnostics;

namespace Roost.Endpoints.Tests.Web;

/// <summary>P-117.</summary>
public sealed class When_too_many_requests_come
{
    const int UsualSize = 100;
    TestWeb web = null!;

    [OneTimeSetUp]
    public async Task Web_runs_with_limits() => web = await TheWeb.Running.Beside(("ROOST__RATELIMITS", "true"));

    [OneTimeTearDown]
    public async Task Stop() => await web.DisposeAsync();

    [Test]
    public async Task Two_hundred_at_once_are_let_in_exactly_as_the_bucket_says()
    {
        var guest = await web.Somebody();
        var watch = Stopwatch.StartNew();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => guest.Get("auth/me")));

        var refilled = (int)Math.Ceiling(watch.Elapsed.TotalMinutes * UsualSize);
        Assert.That(answers.Count(answer => answer.Status == 200), Is.InRange(UsualSize, UsualSize + refilled));
        var refused = answers.First(answer => answer.Status == 429);
        Assert.That((refused.Code, refused.Header("X-RateLimit-Limit"), refused.Header("X-RateLimit-Remaining")), Is.EqualTo(("rate_limited", "100", "0")));
        Assert.That(int.Parse(refused.Header("Retry-After")!), Is.InRange(1, 60));
    }

    [Test]
    public async Task One_callers_burst_is_nobody_elses()
    {
        var (loud, quiet) = (await web.Somebody(), await web.Somebody());

        var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => loud.Get("auth/me")));

        Assert.That(answers.Any(answer => answer.Status == 429));
        Assert.That((await quiet.Get("auth/me")).Status, Is.EqualTo(200));
    }

    /// <summary>Each try claims to come from elsewhere; nobody of those may speak for others.</summary>
    [Test]
    public async Task A_made_up_origin_is_not_believed()
    {
        var tries = new List<Answer>();
        for (var i = 0; i < 8; i++)
        {
            tries.Add(await web.Client.Ask(HttpMethod.Post, "auth/login", new { email = "victim.of.many@guests.test", password = "Wrong-Guess-2027" },
                ("X-Forwarded-For", $"203.0.113.{i}")));
        }

        Assert.That(tries.Select(answer => answer.Status).Take(5), Is.All.EqualTo(401));
        Assert.That(tries[^1].Status, Is.EqualTo(429));
    }

    [Test]
    public async Task Every_counter_ends_by_itself()
    {
        var guest = await web.Somebody();
        await guest.Get("auth/me");

        using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{Redis.Address},syncTimeout=30000");
        var server = redis.GetServer(redis.GetEndPoints()[0]);
        var keys = server.Keys(pattern: web.Settings["ROOST__REDISPREFIX"] + "*").ToList();

        Assert.That(keys, Is.Not.Empty);
        foreach (var key in keys)
        {
            var remaining = await redis.GetDatabase().KeyTimeToLiveAsync(key);
            Assert.That(remaining, Is.Not.Null.And.LessThanOrEqualTo(TimeSpan.FromHours(1)), (string?)key);
        }
    }

    [Test]
    public async Task Who_was_refused_comes_in_again_when_the_bucket_has_refilled()
    {
        var guest = await web.Somebody();
        var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => guest.Get("auth/me")));
        Assert.That(answers.Any(answer => answer.Status == 429));

        await Eventually.Is(async () => (await guest.Get("auth/me")).Status == 200, within: TimeSpan.FromSeconds(10));
    }
}

public sealed class When_Redis_is_away
{
    [Test]
    public async Task Requests_are_served_and_still_counted()
    {
        await using var web = await TheWeb.Running.Beside(("ROOST__RATELIMITS", "true"), ("ROOST__REDIS", $"127.0.0.1:{Ports.Free()}"));
        var guest = await web.Somebody();

        var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => guest.Get("auth/me")));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.InRange(100, 150));
        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 429));
    }
}
