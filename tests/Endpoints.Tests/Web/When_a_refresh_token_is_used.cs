namespace Roost.Endpoints.Tests.Web;

public sealed class When_a_refresh_token_is_used
{
    static TestWeb Web => TheWeb.Running;

    [Test]
    public async Task New_tokens_of_the_same_session_come_back()
    {
        var guest = await Web.Somebody();

        var answer = await Refresh(guest.RefreshToken);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer["refreshToken"].GetString(), Is.Not.EqualTo(guest.RefreshToken));
        guest.Remember(answer);
        Assert.That((await guest.Get("auth/me")).Status, Is.EqualTo(200));
        Assert.That((await Refresh(guest.RefreshToken)).Status, Is.EqualTo(200), "the next one is good too");
    }

    [Test]
    public async Task Coming_again_it_ends_the_whole_family()
    {
        var guest = await Web.Somebody();
        var stolen = guest.RefreshToken;
        guest.Remember(await Refresh(stolen));

        var thief = await Refresh(stolen);

        Assert.That((thief.Status, thief.Code), Is.EqualTo((401, "invalid_refresh_token")));
        Assert.That((await Refresh(guest.RefreshToken)).Status, Is.EqualTo(401), "the owner's own is dead too: who is the thief is not known");
        Assert.That((await guest.Get("auth/me")).Status, Is.EqualTo(401));
        await guest.SignIn(); // another session begins
        Assert.That((await guest.Get("auth/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Of_many_at_once_not_two_succeed()
    {
        var guest = await Web.Somebody();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Refresh(guest.RefreshToken)));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
    }

    [Test]
    public async Task Expired_or_made_up_it_is_refused()
    {
        var guest = await Web.Somebody();
        await Web.Database.Execute(
            $"update web.refresh_tokens set expires_at = now() where session_id in (select id from web.sessions where account_id = '{guest.Id}')");

        Assert.That((await Refresh(guest.RefreshToken)).Status, Is.EqualTo(401));
        Assert.That((await Refresh("made-up")).Status, Is.EqualTo(401));
    }

    static Task<Answer> Refresh(string refreshToken) => Web.Client.Post("auth/refresh", new { refreshToken });
}
