namespace Roost.Product;

/// <summary>Somebody with an account, signed in.</summary>
public sealed class Person(HttpClient web, string email, string password)
{
    public const string UsualPassword = "Rainy-Walks-2027";

    public string Email => email;
    public string Password => password;
    public Guid Id { get; private set; }
    public string AccessToken { get; private set; } = "";
    public string RefreshToken { get; private set; } = "";

    public static async Task<Person> SignsUp(HttpClient web, string? name = null)
    {
        var email = $"{name ?? "person"}.{Guid.NewGuid():N}@guests.test";
        var answer = await web.Ask(HttpMethod.Post, "auth/signup", new { email, password = UsualPassword, firstName = "Pat", lastName = "Guest" });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return await SignsIn(web, email, UsualPassword);
    }

    public static async Task<Person> SignsIn(HttpClient web, string email, string password)
    {
        var person = new Person(web, email, password);
        await person.SignIn();
        return person;
    }

    public async Task SignIn()
    {
        var answer = await web.Ask(HttpMethod.Post, "auth/login", new { email, password });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Remember(answer);
    }

    public void Remember(Answer tokens)
    {
        Id = tokens["userId"].GetGuid();
        AccessToken = tokens["accessToken"].GetString()!;
        RefreshToken = tokens["refreshToken"].GetString()!;
    }

    public Task<Answer> Get(string path, HttpClient? at = null) => Ask(HttpMethod.Get, path, at: at);

    public Task<Answer> Post(string path, object? body = null, params (string Name, string Value)[] headers) => Ask(HttpMethod.Post, path, body, null, headers);

    public Task<Answer> Put(string path, object body) => Ask(HttpMethod.Put, path, body);

    public Task<Answer> Ask(HttpMethod method, string path, object? body = null, HttpClient? at = null, params (string Name, string Value)[] headers) =>
        (at ?? web).Ask(method, path, body, [.. headers, ("Authorization", $"Bearer {AccessToken}")]);

    public Task<Answer> AsksWith(string token, string path) => web.Ask(HttpMethod.Get, path, null, ("Authorization", $"Bearer {token}"));
}
