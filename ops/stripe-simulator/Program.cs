using Roost.StripeSimulator;

var simulator = Simulator.Create(SimulatorSettings.From(Environment.GetEnvironmentVariable));
try
{
    await simulator.StartAsync();
}
catch (Exception e)
{
    // A wrong or taken address, a state file that cannot be read or written: one line for whoever started it.
    Console.Error.WriteLine($"Roost.StripeSimulator cannot start: {e.Message}");
    return 1;
}
await simulator.WaitForShutdownAsync();
return 0;
