using Microsoft.Extensions.Hosting;
using Roost.Bus.Victim;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Services.AddNServiceBusEndpoint(Endpoints.Victim(new Surroundings(Rabbit: args[0], Postgres: args[1], Retries: 1000)));
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine("receiving");
await host.WaitForShutdownAsync();
