using Npgsql;

namespace Roost.Endpoints.Tests.Web;

public sealed class When_the_database_is_slow
{
    /// <summary>P-64: the failure was not the outcome. The command runs into its time limit, as it would with a database in trouble.</summary>
    [Test]
    public async Task The_key_of_the_failed_request_succeeds_later()
    {
        await using var web = await TheWeb.Running.Beside();
        var host = await web.Somebody();
        await using var obstacle = await web.Database.Open();
        await using (var wait = new NpgsqlCommand("begin; lock table web.listings in share mode", obstacle)) await wait.ExecuteNonQueryAsync();

        var failed = await host.Post("listings", Some.Home("patient"), ("Idempotency-Key", "later"));
        await using (var end = new NpgsqlCommand("rollback", obstacle)) await end.ExecuteNonQueryAsync();
        var succeeded = await host.Post("listings", Some.Home("patient"), ("Idempotency-Key", "later"));

        Assert.That((failed.Status, failed.Code), Is.EqualTo((503, "unavailable")), failed.Text);
        Assert.That(failed.Header("Retry-After"), Is.Not.Null);
        Assert.That((succeeded.Status, succeeded.Header("Idempotency-Replayed")), Is.EqualTo((201, (string?)null)), succeeded.Text);
        Assert.That(await web.Database.Value<long>("select count(*) from web.listings where title = 'patient'"), Is.EqualTo(1));
    }
}
