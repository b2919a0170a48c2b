namespace Roost.Endpoints.Tests.Web;

public sealed class When_somebody_signs_up
{
    static TestWeb Web => TheWeb.Running;

    [Test]
    public async Task He_is_a_guest_with_an_unproven_address()
    {
        var guest = await Web.Somebody();

        var me = await guest.Get("auth/me");

        Assert.That(me.Status, Is.EqualTo(200), me.Text);
        Assert.That(me["userId"].GetGuid(), Is.EqualTo(guest.Id));
        Assert.That(me["email"].GetString(), Is.EqualTo(guest.Email));
        Assert.That(me["roles"].EnumerateArray().Select(role => role.GetString()), Is.EqualTo(new[] { "guest" }));
        Assert.That(me["emailVerified"].GetBoolean(), Is.False);
    }

    [Test]
    public async Task The_mailed_token_proves_the_address_however_often_it_is_followed()
    {
        var guest = await Web.Somebody();
        var token = await Mailed(guest, "verify_email");

        var first = await Web.Client.Post("auth/verify-email", new { token });
        var second = await Web.Client.Post("auth/verify-email", new { token });
        var madeUp = await Web.Client.Post("auth/verify-email", new { token = token + "x" });

        Assert.That((first.Status, second.Status), Is.EqualTo((204, 204)));
        Assert.That((madeUp.Status, madeUp.Code), Is.EqualTo((422, "invalid_token")));
        Assert.That((await guest.Get("auth/me"))["emailVerified"].GetBoolean(), Is.True);
    }

    /// <summary>P-116: nobody learns who has an account; only the mailbox's owner does.</summary>
    [Test]
    public async Task A_taken_address_is_answered_like_a_free_one_and_its_owner_is_told()
    {
        var owner = await Web.Somebody();

        var again = await Web.Client.Post("auth/signup", new
        {
            email = owner.Email.ToUpperInvariant(), password = "Someone-Else-2027", firstName = "Not", lastName = "Pat",
        });

        Assert.That(again.Status, Is.EqualTo(201), again.Text);
        Assert.That(again.Body.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "userId" }));
        Assert.That(again["userId"].GetGuid(), Is.Not.EqualTo(owner.Id));
        Assert.That(await Web.Database.Value<long>($"select count(*) from web.accounts where email = '{owner.Email}'"), Is.EqualTo(1));
        Assert.That(await Mails(owner), Is.EqualTo(new[] { "verify_email", "address_is_taken" }));
        await owner.SignIn(); // with the password of before
    }

    /// <summary>P-118: nobody makes himself staff.</summary>
    [TestCase("""{"email":"EMAIL","password":"Rainy-Walks-2027","firstName":"A","lastName":"B","roles":["admin"]}""", "roles")]
    [TestCase("""{"email":"EMAIL","password":"Rainy-Walks-2027","firstName":"A","lastName":"B","emailVerified":true}""", "emailVerified")]
    [TestCase("""{"email":"EMAIL","password":"Rainy-Walks-2027","firstName":"A"}""", "lastName")]
    [TestCase("""{"email":"EMAIL","password":"Rainy-Walks-2027","firstName":"A","lastName":null}""", "lastName")]
    [TestCase("""{"email":"EMAIL","password":"Rainy-Walks-2027","firstName":7,"lastName":"B"}""", "firstName")]
    [TestCase("""{"email":"EMAIL","password":"Rainy-Walks-2027","firstName":" ","lastName":"B"}""", "firstName")]
    [TestCase("""{"email":"EMAIL","password":"short","firstName":"A","lastName":"B"}""", "password")]
    [TestCase("""{"email":"EMAIL","password":"Password-1234","firstName":"A","lastName":"B"}""", "password")]
    [TestCase("""{"email":"not an address","password":"Rainy-Walks-2027","firstName":"A","lastName":"B"}""", "email")]
    public async Task What_is_wrong_is_named_and_nothing_is_written(string body, string field)
    {
        var email = $"{Guid.NewGuid():N}@guests.test";

        var answer = await Web.Client.Post("auth/signup", new StringContent(body.Replace("EMAIL", email), null, "application/json"));

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(new[] { field }));
        Assert.That(await Web.Database.Value<long>($"select count(*) from web.accounts where email = '{email}'"), Is.Zero);
    }

    [Test]
    public async Task Neither_address_nor_password_nor_token_is_printed()
    {
        var guest = await Web.Somebody("canary");
        var token = await Mailed(guest, "verify_email");
        await Web.Client.Post("auth/verify-email", new { token });

        string[] secrets = ["canary", guest.Password, guest.AccessToken, guest.RefreshToken, token];

        Assert.That(Web.Printed, Does.Contain("auth/verify-email"));
        Assert.That(secrets.Where(secret => Web.Printed.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    static async Task<string> Mailed(Person to, string kind) =>
        (await Web.Database.Value<string>($"select token from web.mails where account_id = '{to.Id}' and kind = '{kind}' order by id desc"))!;

    static Task<List<string>> Mails(Person to) =>
        Web.Database.Values<string>($"select kind from web.mails where account_id = '{to.Id}' order by written_at");
}
