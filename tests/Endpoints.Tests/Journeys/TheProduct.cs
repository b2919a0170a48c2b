using Roost.Endpoints.Tests.Web;

namespace Roost.Endpoints.Tests.Journeys;

/// <summary>All of the product as its own processes, with a Stripe beside it: started once for everything in this folder.</summary>
[SetUpFixture]
public sealed class TheProduct
{
    static readonly List<ChildProcess> others = [];

    public static TestWeb Web { get; private set; } = null!;
    public static StripeServer Stripe { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Stripe = await StripeServer.Start();
        Web = await TestWeb.Start();
        await Task.WhenAll(new[] { "Calendar", "Reservation", "Payment" }.Select(StartAnother));
    }

    /// <summary>Whatever the tests did, the calendar's books must be right afterwards.</summary>
    [OneTimeTearDown]
    public async Task Stop()
    {
        try
        {
            const string Violations = "select invariant || ': ' || detail from calendar.invariant_violations";
            if (Web is not null) Assert.That(await Web.Database.Values<string>(Violations), Is.Empty);
        }
        finally
        {
            await StopAll();
        }
    }

    static async Task StopAll()
    {
        foreach (var process in others) await process.DisposeAsync();
        if (Web is not null) await Web.DisposeAsync();
        if (Stripe is not null) await Stripe.DisposeAsync();
    }

    static async Task StartAnother(string endpoint)
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        var process = EndpointProcess.Start(endpoint, new Dictionary<string, string?>(Web.Settings)
        {
            ["ROOST__HTTP"] = address,
            ["ROOST__STRIPE__URL"] = Stripe.Url.ToString(),
            ["ROOST__STRIPE__KEY"] = StripeServer.Key,
        });
        lock (others) others.Add(process);
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        await Eventually.Is(async () => process.HasExited || (await http.GetAsync("/health/ready")).IsSuccessStatusCode,
            TimeSpan.FromSeconds(90), () => process.Output);
        Assert.That(process.HasExited, Is.False, process.Output);
    }
}
