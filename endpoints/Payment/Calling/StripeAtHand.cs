using Roost.Stripe;

namespace Roost.Payment.Calling;

public static class StripeAtHand
{
    /// <summary>The client, its breaker (one per process) and the caller that uses them.</summary>
    public static WebApplicationBuilder AddStripe(this WebApplicationBuilder builder)
    {
        var given = builder.Given();
        var settings = new StripeSettings(given.RequiredUri("Stripe:Url", "http", "https"), given.RequiredToken("Stripe:Key"))
        {
            AttemptTimeout = TimeSpan.FromSeconds(given.Number("Stripe:Timeout", otherwise: 30, min: 1, max: 300)),
            BreakerOpenFor = TimeSpan.FromSeconds(given.Number("Stripe:BreakerOpenFor", otherwise: 30, min: 1, max: 300)),
        };
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(services => new Breaker(services.GetRequiredService<TimeProvider>(), settings.BreakerOpenFor));
        builder.Services.AddSingleton(_ => new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // Stripe's addresses change
        })
        {
            BaseAddress = settings.Url,
            Timeout = Timeout.InfiniteTimeSpan, // the client sets one per attempt
        });
        builder.Services.AddSingleton<StripeClient>();
        builder.Services.AddSingleton<Lookup>();
        builder.Services.AddSingleton<Teller>();
        builder.Services.AddSingleton<Bell>();
        builder.Services.AddSingleton<DueSteps>();
        builder.Services.AddScoped<Steps>();
        builder.Services.AddScoped<CallsAreDue>();
        builder.Services.AddHostedService<StripeCaller>();
        return builder;
    }
}
