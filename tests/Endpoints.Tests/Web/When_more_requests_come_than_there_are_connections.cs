namespace Roost.Endpoints.Tests.Web;

public sealed class When_more_requests_come_than_there_are_connections
{
    /// <summary>Each needs a second connection while it keeps its first: with none left for second ones, they would all wait for each other until the time is up.</summary>
    [Test]
    public async Task All_of_them_are_answered()
    {
        var connections = ("ROOST__POSTGRES", TheWeb.Running.Database.ConnectionString + ";Maximum Pool Size=4;Timeout=5");
        await using var web = await TheWeb.Running.Beside(connections);
        var host = await web.Somebody();
        var listing = (await host.Post("listings", Some.Home("crowded")))["listingId"].GetGuid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            host.Post($"listings/{listing}/{(n % 2 == 0 ? "activate" : "deactivate")}", null, ("Idempotency-Key", $"{n}"), ("Prefer", "wait=1"))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(202), () => string.Join('\n', answers.Where(a => a.Status != 202).Select(a => a.Text)));
    }
}
