using Roost.Contracts;
using Roost.Web.Asking;
using Roost.Web.Booking;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Pinging;
using Roost.Web.Quoting;

const string Calendar = "Roost.Calendar";
const string Reservation = "Roost.Reservation";

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Web");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddAsking();
builder.AddIdentity();
builder.AddListings();
builder.AddQuotes();
builder.AddBookings();
builder.AddBus(bus => bus
    .WithTransactionalSession()
    .Sends<Ping>(to: Reservation)
    .Sends<DefineUnit>(to: Calendar)
    .Sends<PlaceBooking>(to: Reservation)
    .Sends<AcceptBooking>(to: Reservation)
    .Sends<DeclineBooking>(to: Reservation)
    .Sends<CancelBooking>(to: Reservation)
    .Sends<RecordNoShow>(to: Reservation)
    .Handles<Pong, PongHandler>());

var app = builder.Build();
app.UseAsking();
var api = app.MapApi();
api.MapIdentity();
api.MapListings();
api.MapQuotes();
api.MapBookings();
app.MapPing();
await RoostEndpoint.Run(app);
