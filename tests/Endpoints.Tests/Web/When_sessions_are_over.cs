using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Roost.Web.Asking;

namespace Roost.Endpoints.Tests.Web;

/// <summary>Rows of sessions do not gather for ever; whoever is signed in notices nothing.</summary>
public sealed class When_sessions_are_over
{
    static TestWeb Web => TheWeb.Running;

    [Test]
    public async Task They_are_forgotten_with_their_tokens_and_live_ones_stay()
    {
        var (live, justOut, longOut, away) = (await Web.Somebody(), await Web.Somebody(), await Web.Somebody(), await Web.Somebody());
        await justOut.Post("auth/logout");
        await longOut.Post("auth/logout");
        await Web.Database.Execute(
            $"""
            update web.sessions set began_at = now() - interval '9 days';
            update web.sessions set ended_at = now() - interval '2 days' where account_id = '{longOut.Id}';
            update web.refresh_tokens set expires_at = now() - interval '2 days' where session_id in (select id from web.sessions where account_id = '{away.Id}');
            """);

        await using var database = NpgsqlDataSource.Create(Web.Database.ConnectionString);
        using var forgetting = new Forgetting(database, TimeProvider.System, NullLogger<Forgetting>.Instance);
        await forgetting.Forget(default);

        Assert.That((await Sessions(live), await Sessions(justOut), await Sessions(longOut), await Sessions(away)), Is.EqualTo((1L, 1L, 0L, 0L)));
        Assert.That((await live.Get("auth/me")).Status, Is.EqualTo(200));
        Assert.That((await Web.Client.Post("auth/refresh", new { refreshToken = live.RefreshToken })).Status, Is.EqualTo(200));
    }

    static Task<long> Sessions(Person of) => Web.Database.Value<long>($"select count(*) from web.sessions where account_id = '{of.Id}'");
}
