namespace Roost.Stripe.Tests.Simulator;

public sealed class When_many_objects_are_listed
{
    [Test]
    public async Task A_walk_in_either_direction_meets_each_once()
    {
        await using var stripe = await StripeServer.Start();
        using var caller = new Caller(stripe.Url);
        var made = new List<string>();
        for (var i = 0; i < 25; i++) made.Add((await caller.Post("/v1/customers", $"name=Guest {i}")).Id);

        var forward = await Walk(caller, "limit=10", page => $"starting_after={page[^1]}");
        var last = await caller.Get($"/v1/customers?limit=10&ending_before={made[0]}");
        var backward = await Walk(caller, $"limit=10&ending_before={made[0]}", page => $"ending_before={page[0]}");

        Assert.That(forward, Is.EqualTo(Enumerable.Reverse(made)));
        Assert.That(Ids(last), Is.EqualTo(made[1..11].AsEnumerable().Reverse()), "the page next to the cursor, newest first");
        Assert.That(backward, Is.EquivalentTo(made[1..]));
    }

    [Test]
    public async Task An_object_is_found_by_its_metadata()
    {
        await using var stripe = await StripeServer.Start();
        using var caller = new Caller(stripe.Url);
        await caller.Hold(more: "&metadata[booking_id]=41");
        var wanted = await caller.Hold(more: "&metadata[booking_id]=42");

        var found = await caller.Get($"/v1/payment_intents/search?query={Uri.EscapeDataString("metadata['booking_id']:'42' AND status:'requires_capture'")}");

        Assert.That(found.Json.GetProperty("data").EnumerateArray().Select(intent => intent.GetProperty("id").GetString()), Is.EqualTo(new[] { wanted.Id }));
    }

    static async Task<List<string>> Walk(Caller caller, string query, Func<List<string>, string> next)
    {
        var all = new List<string>();
        while (true)
        {
            var page = await caller.Get($"/v1/customers?{query}");
            all.AddRange(Ids(page));
            if (page.Text("has_more") != "True") return all;
            query = $"limit=10&{next(Ids(page))}";
        }
    }

    static List<string> Ids(Reply page) => [.. page.Json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
