namespace Roost.Endpoints.Tests.Web;

/// <summary>P-112: on every instance, within five seconds.</summary>
public sealed class When_a_session_ends
{
    static readonly TimeSpan promised = TimeSpan.FromSeconds(5);
    static HttpClient other = null!;

    static TestWeb Web => TheWeb.Running;

    [OneTimeSetUp]
    public async Task Another_instance_runs() => other = await Web.AnotherInstance();

    [Test]
    public async Task Logout_holds_here_at_once_and_elsewhere_soon()
    {
        var guest = await Web.Somebody();
        Assert.That((await guest.Get("auth/me", at: other)).Status, Is.EqualTo(200), "the other instance believes it now");

        Assert.That((await guest.Post("auth/logout")).Status, Is.EqualTo(204));

        Assert.That((await guest.Get("auth/me")).Status, Is.EqualTo(401));
        await Eventually.Is(async () => (await guest.Get("auth/me", at: other)).Status == 401, within: promised);
        Assert.That((await Web.Client.Post("auth/refresh", new { refreshToken = guest.RefreshToken })).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_new_password_ends_the_other_sessions_and_not_this_one()
    {
        var (guest, thief) = await SignedInTwice();

        var changed = await guest.Post("auth/password", new { current = guest.Password, next = "Quiet-Rivers-2027" });

        Assert.That(changed.Status, Is.EqualTo(204), changed.Text);
        Assert.That((await guest.Get("auth/me")).Status, Is.EqualTo(200));
        await Eventually.Is(async () => (await thief.Get("auth/me", at: other)).Status == 401, within: promised);
        Assert.That((await Web.Client.Post("auth/refresh", new { refreshToken = thief.RefreshToken })).Status, Is.EqualTo(401));
        Assert.That((await Web.Client.Post("auth/login", new { email = guest.Email, password = guest.Password })).Status, Is.EqualTo(401));
        await Person.SignsIn(Web.Client, guest.Email, "Quiet-Rivers-2027");
    }

    [TestCase("Wrong-Guess-2027", "Quiet-Rivers-2027", "current")]
    [TestCase(Person.UsualPassword, "short", "next")]
    public async Task A_refused_new_password_changes_nothing(string current, string next, string field)
    {
        var guest = await Web.Somebody();

        var answer = await guest.Post("auth/password", new { current, next });

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(new[] { field }));
        await guest.SignIn();
    }

    [Test]
    public async Task A_reset_by_mail_ends_all_sessions_and_works_once()
    {
        var (guest, thief) = await SignedInTwice();
        Assert.That((await Web.Client.Post("auth/password/reset", new { email = guest.Email })).Status, Is.EqualTo(202));
        var token = await Web.Database.Value<string>($"select token from web.mails where account_id = '{guest.Id}' and kind = 'reset_password'");

        var confirmed = await Web.Client.Post("auth/password/reset/confirm", new { token, password = "Quiet-Rivers-2027" });
        var again = await Web.Client.Post("auth/password/reset/confirm", new { token, password = "Other-Rivers-2027" });

        Assert.That(confirmed.Status, Is.EqualTo(204), confirmed.Text);
        Assert.That((again.Status, again.Code), Is.EqualTo((422, "invalid_token")));
        await Eventually.Is(async () => (await thief.Get("auth/me", at: other)).Status == 401, within: promised);
        Assert.That((await guest.Get("auth/me")).Status, Is.EqualTo(401));
        await Person.SignsIn(Web.Client, guest.Email, "Quiet-Rivers-2027");
    }

    /// <summary>P-116.</summary>
    [Test]
    public async Task A_reset_is_answered_alike_for_known_and_unknown_addresses()
    {
        var guest = await Web.Somebody();

        var known = await Web.Client.Post("auth/password/reset", new { email = guest.Email });
        var unknown = await Web.Client.Post("auth/password/reset", new { email = "nobody@guests.test" });

        Assert.That((unknown.Status, unknown.Words), Is.EqualTo((known.Status, known.Words)));
    }

    [Test]
    public async Task A_changed_role_holds_for_tokens_given_out_before()
    {
        var guest = await Web.Somebody();
        await guest.Get("auth/me", at: other);

        await Web.Database.Execute($"update web.accounts set roles = '{{guest,host}}' where id = '{guest.Id}'");

        await Eventually.Is(async () => (await guest.Get("auth/me", at: other))["roles"].GetArrayLength() == 2, within: promised);
    }

    static async Task<(Person Guest, Person Thief)> SignedInTwice()
    {
        var guest = await Web.Somebody();
        var thief = await Person.SignsIn(Web.Client, guest.Email, guest.Password);
        Assert.That((await thief.Get("auth/me", at: other)).Status, Is.EqualTo(200), "the other instance believes the thief now");
        return (guest, thief);
    }
}
