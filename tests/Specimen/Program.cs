using Roost.Platform;
using Roost.Specimen.Working;

var builder = RoostEndpoint.CreateBuilder(args, Environment.GetEnvironmentVariable("SPECIMEN_NAME") ?? "Roost.Specimen", schema: "specimen");
builder.AddMigrations(typeof(WorkHandler).Assembly);
builder.AddBus(bus => bus
    .Sends<Work>(to: Environment.GetEnvironmentVariable("SPECIMEN_NAME") ?? "Roost.Specimen")
    .Handles<Work, WorkHandler>());

var app = builder.Build();
app.MapWork();
await RoostEndpoint.Run(app);
