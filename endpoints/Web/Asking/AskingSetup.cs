
namespace Roost.Web.Asking;

/// <summary>What all routes have in common; README and api.md call it the conventions.</summary>
public static class AskingSetup
{
    public static WebApplicationBuilder AddAsking(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1 << 20);
        builder.Services.ConfigureHttpJsonOptions(http => BadBodies.Strict(http.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddScoped<Outcome>();
        return builder;
    }

    public static WebApplication UseAsking(this WebApplication app)
    {
        app.UseMiddleware<Failures>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseBufferedBodies();
        return app;
    }

    /// <summary>Where all routes of the contract hang. Closed by default: a route for everybody says AllowAnonymous (P-110).</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes) => routes.MapGroup("/api/v1").RequireAuthorization();
}
