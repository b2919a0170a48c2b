using Roost.Contracts;
using Roost.Web.Asking;
using Roost.Web.Booking;
using Roost.Web.Hosting;
using Roost.Web.Identity;
using Roost.Web.Listing;
using Roost.Web.Pinging;
using Roost.Web.Quoting;
using Roost.Web.Waiting;

const string Calendar = "Roost.Calendar";
const string Reservation = "Roost.Reservation";

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Web");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddAsking();
builder.AddIdentity();
builder.AddListings();
builder.AddQuotes();
builder.AddBookings();
builder.AddWaiting();
builder.AddBus(bus => bus
    .WithTransactionalSession()
    .Sends<Ping>(to: Reservation)
    .Sends<DefineUnit>(to: Calendar)
    .Sends<ChangeCapacity>(to: Calendar)
    .Sends<SetPrices>(to: Calendar)
    .Sends<BlockNights>(to: Calendar)
    .Sends<UnblockNights>(to: Calendar)
    .Sends<PlaceBooking>(to: Reservation)
    .Sends<AcceptBooking>(to: Reservation)
    .Sends<DeclineBooking>(to: Reservation)
    .Sends<CancelBooking>(to: Reservation)
    .Sends<RecordNoShow>(to: Reservation)
    .Sends<RequestChange>(to: Reservation)
    .Sends<ConfirmChange>(to: Reservation)
    .Sends<JoinWaitlist>(to: Reservation)
    .Sends<LeaveWaitlist>(to: Reservation)
    .Handles<CapacityDecided, CapacityDecidedHandler>()
    .Handles<Pong, PongHandler>());

var app = builder.Build();
app.UseAsking();
var api = app.MapApi();
api.MapIdentity();
api.MapListings();
api.MapHosting();
api.MapQuotes();
api.MapBookings();
api.MapWaiting();
app.MapPing();
await RoostEndpoint.Run(app);
