using Roost.Contracts;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Pinging;

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Web");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddAsking();
builder.AddIdentity();
builder.AddBus(bus => bus
    .WithTransactionalSession()
    .Sends<Ping>(to: "Roost.Reservation")
    .Handles<Pong, PongHandler>());

var app = builder.Build();
app.UseAsking();
app.MapApi();
app.MapPing();
await RoostEndpoint.Run(app);
