using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Roost.Bus.Victim;

var around = new Surroundings(Rabbit: args[0], Postgres: args[1], Retries: 1000);
var role = args.Length > 2 ? args[2] : "victim";
IHostApplicationLifetime? life = null;
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Services.AddNServiceBusEndpoint(role switch
{
    "victim" => Endpoints.Victim(around),
    "watched" => Endpoints.Watched(around, StopAsFailed),
    "clerk" => Endpoints.Clerk(around),
    _ => throw new ArgumentException($"There is no role '{role}'."),
});
using var host = builder.Build();
life = host.Services.GetRequiredService<IHostApplicationLifetime>();
await host.StartAsync();
Console.WriteLine("receiving");
if (role == "clerk") await Clerk.TakeOrders(host.Services, life.ApplicationStopping);
await host.WaitForShutdownAsync();
Console.WriteLine("stopped");

void StopAsFailed()
{
    Environment.ExitCode = 3;
    life!.StopApplication();
}
