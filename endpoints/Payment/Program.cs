using Roost.Contracts;
using Roost.Payment.Calling;
using Roost.Payment.Paying;

var builder = RoostEndpoint.CreateBuilder(args, "Roost.Payment");
builder.AddMigrations(typeof(Program).Assembly);
builder.AddStripe();
builder.AddBus(bus => bus
    .WithTransactionalSession()
    .Runs<PaymentSaga>()
    .Handles<HoldMoney, WritingDown>()
    .Handles<TakeMoney, WritingDown>()
    .Handles<LetMoneyGo, WritingDown>()
    .Handles<GiveMoneyBack, WritingDown>()
    .Handles<LookAtPayment, WritingDown>());
await RoostEndpoint.Run(builder.Build());
