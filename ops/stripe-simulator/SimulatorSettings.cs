namespace Roost.StripeSimulator;

/// <param name="Url">Where it listens; port 0 takes a free one.</param>
/// <param name="StateFile">Keeps the objects over a restart when given: a demo of yesterday can still be refunded today.</param>
public sealed record SimulatorSettings(string Url = "http://127.0.0.1:8090", string? StateFile = null)
{
    public static SimulatorSettings From(Func<string, string?> environment) => new(
        environment("ROOST__HTTP") is { Length: > 0 } url ? url : "http://127.0.0.1:8090",
        environment("ROOST__STRIPESIMULATOR__STATE") is { Length: > 0 } file ? file : null);
}
