using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Protocol;

/// <summary>One call to one route: its parameters, the id in its path, and where this simulator is reached.</summary>
public sealed record Call(Parameters Parameters, string Id, string BaseUrl);

/// <summary>
/// Reads and checks the parameters of a call and returns what it then does to the account. The two are apart because
/// Stripe remembers an idempotency key only after validation.
/// </summary>
public delegate Func<Account, object> Operation(Call call);

public sealed class StripeRoutes(IEndpointRouteBuilder routes, Gate gate)
{
    public void Get(string path, Operation operation) => routes.MapGet(path, (HttpContext http) => gate.Pass(http, operation));
    public void Post(string path, Operation operation) => routes.MapPost(path, (HttpContext http) => gate.Pass(http, operation));
    public void Delete(string path, Operation operation) => routes.MapDelete(path, (HttpContext http) => gate.Pass(http, operation));

    public void RefuseEverythingElse() => routes.MapFallback((HttpContext http) => gate.Pass(http, call =>
        throw StripeError.Invalid($"Unrecognized request URL ({http.Request.Method}: {http.Request.Path}).", status: 404)));
}
