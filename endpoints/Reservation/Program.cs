using Roost.Contracts;
using Roost.Reservation.Booking;
using Roost.Reservation.Changing;
using Roost.Reservation.Pinging;
using Roost.Reservation.Viewing;
using Roost.Reservation.Waiting;

const string Calendar = "Roost.Calendar";
const string Payment = "Roost.Payment";

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Reservation");
builder.AddMigrations(typeof(Program).Assembly);
builder.Services.AddScoped<BookingRows>();
builder.AddBus(bus => bus
    .Runs<BookingSaga>()
    .Runs<BookingChangeSaga>()
    .Runs<WaitlistOfferSaga>()
    .Handles<IBookingEvent, BookingProjection>()
    .Handles<ChangeProposed, ChangeProjection>()
    .Handles<ChangeRefused, ChangeProjection>()
    .Handles<BookingChanged, ChangeProjection>()
    .Handles<Ping, PingHandler>()
    .Sends<HoldNights>(to: Calendar)
    .Sends<HoldNightsForChange>(to: Calendar)
    .Sends<ExtendHold>(to: Calendar)
    .Sends<ConfirmNights>(to: Calendar)
    .Sends<ReleaseNights>(to: Calendar)
    .Sends<MoveNights>(to: Calendar)
    .Sends<WatchNights>(to: Calendar)
    .Sends<StopWatching>(to: Calendar)
    .Sends<AuthorizePayment>(to: Payment)
    .Sends<AbandonPayment>(to: Payment)
    .Sends<CapturePayment>(to: Payment)
    .Sends<VoidPayment>(to: Payment)
    .Sends<RefundPayment>(to: Payment));
await RoostEndpoint.Run(builder.Build());
