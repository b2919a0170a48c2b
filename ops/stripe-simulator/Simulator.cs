using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Control;
using Roost.StripeSimulator.Customers;
using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.Refunding;
using Roost.StripeSimulator.Saving;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator;

/// <summary>A stateful Stripe on Stripe's own paths, so that the product runs and is tested without keys. The README lists where it differs.</summary>
public static class Simulator
{
    public static WebApplication Create(SimulatorSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(settings.Url);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical); // Program.cs says why a start failed
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower)));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Accounts>();
        builder.Services.AddSingleton<Gate>();
        if (settings.StateFile is not null) builder.Services.AddHostedService<StateFile>();

        var app = builder.Build();
        app.MapGet("/health/live", Ok () => TypedResults.Ok());
        app.MapGet("/health/ready", () => new { process = Environment.ProcessId }); // ops/run asks whether it is this one that answers
        app.MapControl();
        var stripe = new StripeRoutes(app, app.Services.GetRequiredService<Gate>());
        CustomerRoutes.Map(stripe);
        PaymentMethodRoutes.Map(stripe);
        SetupIntentRoutes.Map(stripe);
        PaymentIntentRoutes.Map(stripe);
        ChargeRoutes.Map(stripe);
        RefundRoutes.Map(stripe);
        stripe.RefuseEverythingElse();
        return app;
    }
}
