using Roost.StripeSimulator;

var simulator = Simulator.Create(SimulatorSettings.From(Environment.GetEnvironmentVariable));
await simulator.RunAsync();
