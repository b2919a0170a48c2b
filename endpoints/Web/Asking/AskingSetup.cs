namespace Roost.Web.Asking;

/// <summary>What all routes have in common: problems, strict bodies, limits, idempotency, the description.</summary>
public static class AskingSetup
{
    const int LargestBody = 1 << 20;

    public static WebApplicationBuilder AddAsking(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestBody);
        builder.Services.ConfigureHttpJsonOptions(http => BadBodies.Strict(http.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddScoped<Outcome>().AddSingleton<Turns>();
        builder.Services.AddSingleton<Buckets>().AddSingleton(new LimitSettings(AreOff: !builder.Given().Flag("RateLimits", otherwise: true)));
        builder.Services.AddHostedService<Forgetting>();
        builder.Services.AddDescription();
        Proxies.Add(builder);
        return builder;
    }

    public static WebApplication UseAsking(this WebApplication app)
    {
        Proxies.Use(app);
        app.UseMiddleware<Failures>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<RateLimits>();
        app.UseAuthorization();
        app.UseBufferedBodies();
        app.MapDescription();
        return app;
    }

    /// <summary>Where all routes of the contract hang. Closed by default: a route for everybody says AllowAnonymous (P-110).</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1").RequireAuthorization().LimitedBy(Limit.Usual);
}
