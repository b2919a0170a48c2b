using Roost.Payment.Calling;
using Roost.Payment.Paying;

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Payment");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddBus(bus => bus
    .WithTransactionalSession()
    .Runs<PaymentSaga>()
    .Handles<HoldMoney, WritingDown>()
    .Handles<TakeMoney, WritingDown>()
    .Handles<LetMoneyGo, WritingDown>()
    .Handles<GiveMoneyBack, WritingDown>()
    .Handles<LookAtPayment, WritingDown>());
builder.AddStripe(); // after the bus: it starts when the bus runs, and stops before it
await RoostEndpoint.Run(builder.Build());
