using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Roost.Bus.Victim;

// AMQP-URI CONNECTION-STRING ROLE, and for a flood how many messages
var around = new Surroundings(Rabbit: args[0], Postgres: args[1]);
// Every kill is a delivery that counts; only a real failure may end in the error queue.
var patient = around with { Retries = 1000 };
var role = args[2];
IHostApplicationLifetime? life = null;
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Services.AddSingleton<Flood>();
builder.Services.AddNServiceBusEndpoint(role switch
{
    "victim" => Endpoints.Victim(patient),
    "watched" => Endpoints.Watched(patient, StopAsFailed),
    "clerk" => Endpoints.Clerk(patient),
    "idle" => Endpoints.WithEverything(around),
    "flood" => Endpoints.Flooded(around, outbox: false),
    "flood-with-outbox" => Endpoints.Flooded(around, outbox: true),
    _ => throw new ArgumentException($"There is no role '{role}'."),
});
using var host = builder.Build();
life = host.Services.GetRequiredService<IHostApplicationLifetime>();
var flood = host.Services.GetRequiredService<Flood>(); // counts connections from the first on
await host.StartAsync();
Console.WriteLine("receiving");
if (role == "clerk") await Clerk.TakeOrders(host.Services, life.ApplicationStopping);
if (role.StartsWith("flood", StringComparison.Ordinal)) await flood.Run(host.Services.GetRequiredService<IMessageSession>(), messages: int.Parse(args[3]));
await host.WaitForShutdownAsync();
Console.WriteLine("stopped");

void StopAsFailed()
{
    Environment.ExitCode = 3;
    life!.StopApplication();
}
