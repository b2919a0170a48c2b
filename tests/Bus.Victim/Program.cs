using Microsoft.Extensions.Hosting;
using Roost.Bus.Victim;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Services.AddNServiceBusEndpoint(Endpoints.Victim(rabbit: args[0], postgres: args[1]));
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine("receiving");
await host.WaitForShutdownAsync();
