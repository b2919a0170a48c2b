using Roost.Endpoints.Tests.Web;
using static Roost.Endpoints.Tests.Journeys.Place;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>P-112: an answer that goes on ends with what allowed it, within five seconds on every instance.</summary>
public sealed class When_a_booking_is_followed
{
    static readonly TimeSpan promised = TimeSpan.FromSeconds(5);

    Place place = null!;
    Person guest = null!;
    Guid booking;

    [SetUp]
    public async Task Begin()
    {
        (place, guest) = (await OnSale(), await TheProduct.Running.SignUp());
        booking = await place.Booked(guest, Day(0), Day(3));
    }

    [Test]
    public async Task Each_step_is_told_as_it_happens()
    {
        using var steps = await Follow(guest.AccessToken);

        await CancelledByHost();

        await SeenUntil(steps, "cancelled");
    }

    [Test]
    public async Task Nothing_more_is_told_after_the_logout()
    {
        using var steps = await Follow(guest.AccessToken);

        Assert.That((await guest.Post("auth/logout")).Status, Is.EqualTo(204));
        await CancelledByHost();

        Assert.That(await steps.ReadToEndAsync().WaitAsync(promised), Does.Not.Contain("cancelled"));
    }

    /// <summary>This instance hears of it from the database only.</summary>
    [Test]
    public async Task It_ends_after_a_logout_at_another_instance()
    {
        using var steps = await Follow(guest.AccessToken);

        await TheProduct.Running.Database.Execute($"update web.sessions set ended_at = now(), ended_why = 'logout' where account_id = '{guest.Id}'");

        await steps.ReadToEndAsync().WaitAsync(promised);
    }

    [Test]
    public async Task It_ends_with_the_token()
    {
        var forge = await Forge.For(guest, TheProduct.Running.Database);
        using var steps = await Follow(forge.Token(exp: DateTimeOffset.UtcNow.AddSeconds(3).ToUnixTimeSeconds()));

        await steps.ReadToEndAsync().WaitAsync(promised + TimeSpan.FromSeconds(3));
    }

    /// <summary>Up to where the booking is now.</summary>
    async Task<StreamReader> Follow(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"bookings/{booking}/events");
        request.Headers.Authorization = new("Bearer", token);
        var answer = await TheProduct.Running.Web.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        var steps = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await SeenUntil(steps, "confirmed");
        return steps;
    }

    static async Task SeenUntil(StreamReader steps, string happened)
    {
        while (await steps.ReadLineAsync().WaitAsync(promised) is { } line)
        {
            if (line == $"event: {happened}") return;
        }
        Assert.Fail($"The stream ended before it told '{happened}'.");
    }

    async Task CancelledByHost()
    {
        var answer = await place.Host.Post($"bookings/{booking}/cancel", new { reason = "a burst pipe" }, ("Prefer", "wait=10"));
        Assert.That((answer.Status, answer["status"].GetString()), Is.EqualTo((202, "cancelled")), answer.Text);
    }
}
