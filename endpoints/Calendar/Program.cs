using Npgsql;
using Roost.Calendar.Blocking;
using Roost.Calendar.Changing;
using Roost.Calendar.Checking;
using Roost.Calendar.Holding;
using Roost.Calendar.Lapsing;
using Roost.Calendar.Selling;
using Roost.Calendar.Taking;
using Roost.Calendar.Telling;
using Roost.Calendar.Waiting;
using Roost.Contracts;

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Calendar");
builder.AddMigrations(typeof(Program).Assembly);
builder.Services.AddKeyedSingleton("clerk", (services, _) => ClerkDatabase.Open(services.GetRequiredService<PlatformSettings>().Postgres));
builder.Services.AddSingleton(services => new Clerk(
    services.GetRequiredKeyedService<NpgsqlDataSource>("clerk"), services.GetRequiredService<Teller>().Tell));
builder.Services.AddSingleton(services => new FrontDesk(services.GetRequiredService<Clerk>()));
builder.Services.AddSingleton<Registration>().AddSingleton<Teller>().AddSingleton<Sweeper>();
builder.Services.AddHostedService(services => services.GetRequiredService<Teller>());
builder.Services.AddHostedService(services => services.GetRequiredService<Sweeper>());
builder.Services.AddSingleton(new InvariantWatch.Pace(TimeSpan.FromSeconds(builder.Given().Number("InvariantSeconds", otherwise: 60, min: 1, max: 86_400))));
builder.Services.AddSingleton<InvariantWatch>().AddHostedService(services => services.GetRequiredService<InvariantWatch>());
builder.AddBus(bus => bus
    .WithoutStorage() // what it would remember stands in the claims: see ops/decisions/0005-nights.md
    .AtOnce(256)      // handlers mostly wait for the group that they are decided with
    .Also(endpoint => endpoint.AddCustomCheck<NightsAddUp>())
    .Handles<HoldNights, HoldNightsHandler>()
    .Handles<ConfirmNights, ConfirmNightsHandler>()
    .Handles<ExtendHold, ExtendHoldHandler>()
    .Handles<ReleaseNights, ReleaseNightsHandler>()
    .Handles<HoldNightsForChange, HoldNightsForChangeHandler>()
    .Handles<MoveNights, MoveNightsHandler>()
    .Handles<BlockNights, BlockNightsHandler>()
    .Handles<UnblockNights, UnblockNightsHandler>()
    .Handles<DefineUnit, DefineUnitHandler>()
    .Handles<ChangeCapacity, ChangeCapacityHandler>()
    .Handles<SetPrices, SetPricesHandler>()
    .Handles<CloseNights, CloseNightsHandler>()
    .Handles<WatchNights, WatchNightsHandler>()
    .Handles<StopWatching, StopWatchingHandler>());
await RoostEndpoint.Run(builder.Build());
