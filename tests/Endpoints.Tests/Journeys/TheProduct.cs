namespace Roost.Endpoints.Tests.Journeys;

/// <summary>All of the product as its own processes, with a Stripe beside it: started once for everything in this folder.</summary>
[SetUpFixture]
public sealed class TheProduct
{
    static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(60);

    public static Marketplace Running { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start() => Running = await Marketplace.Open("journeys", Redis.Address);

    /// <summary>Whatever the tests did, nights, money and messages agree afterwards.</summary>
    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Running is null) return;
        await using (Running) await Running.HoldOnceAtRest(SettlesWithin);
    }
}
