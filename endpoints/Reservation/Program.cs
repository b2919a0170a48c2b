using Roost.Contracts;
using Roost.Reservation.Pinging;

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Reservation");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddBus(bus => bus
    .Handles<Ping, PingHandler>());
await RoostEndpoint.Run(builder.Build());
