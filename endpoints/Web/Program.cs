using Roost.Contracts;
using Roost.Web.Asking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Pinging;
using Roost.Web.Quoting;

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Web");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddAsking();
builder.AddIdentity();
builder.AddListings();
builder.AddQuotes();
builder.AddBus(bus => bus
    .WithTransactionalSession()
    .Sends<Ping>(to: "Roost.Reservation")
    .Sends<DefineUnit>(to: "Roost.Calendar")
    .Handles<Pong, PongHandler>());

var app = builder.Build();
app.UseAsking();
var api = app.MapApi();
api.MapIdentity();
api.MapListings();
api.MapQuotes();
app.MapPing();
await RoostEndpoint.Run(app);
