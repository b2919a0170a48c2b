using System.Diagnostics;

namespace Roost.Demo;

/// <summary>Some forty hosts with five places each. A host may create five an hour; that is true for the demo too.</summary>
static class Catalogue
{
    const int Listings = 210;
    const int PerHost = 5;
    const int AtOnce = 8;
    const string FirstHost = "host@demo.test";

    static readonly string[] names = ["Ana", "Ben", "Chiara", "Dmitri", "Emi", "Farid", "Grace", "Hana", "Igor", "Jun", "Kofi", "Lea", "Mateo", "Nora"];

    public static async Task Load(Api api)
    {
        var started = Stopwatch.StartNew();
        var first = await api.SignIn(FirstHost);
        if ((await api.Get("hosts/me/listings", first)).GetProperty("items").GetArrayLength() >= PerHost)
        {
            Console.WriteLine("The demo catalogue is there already");
            return;
        }

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await Parallel.ForAsync(0, Listings / PerHost, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (host, _) =>
        {
            var token = host == 0 ? first : await NewHost(api, host);
            for (var n = host * PerHost; n < (host + 1) * PerHost; n++)
            {
                var listing = await api.Post("listings", token, Places.Listing(n, today));
                await api.Post($"listings/{listing.GetProperty("listingId").GetGuid()}/activate", token, body: null);
            }
        });
        Console.WriteLine($"Loaded {Listings} places of {Listings / PerHost} hosts in {Places.Cities.Length} cities in {started.Elapsed.TotalSeconds:0.0} s");
    }

    static async Task<string> NewHost(Api api, int host)
    {
        var email = $"host{host}@demo.test";
        await api.SignUp(email, names[host % names.Length], "Demo");
        return await api.SignIn(email);
    }
}
