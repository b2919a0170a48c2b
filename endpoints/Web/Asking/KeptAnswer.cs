namespace Roost.Web.Asking;

/// <summary>An answer as it leaves, ready to be kept and given again word for word.</summary>
public sealed record KeptAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body) : IResult, IStatusCodeHttpResult
{
    internal static readonly string[] Remembered = ["Content-Type", "Location", "ETag"];

    /// <summary>What the route named as <see cref="Outcome.About"/>.</summary>
    public Guid? About { get; init; }

    public bool IsReplay { get; init; }

    /// <summary>Null when the client gave none.</summary>
    public AnswerKey? Key { get; init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>
    /// Successes and refusals by the state of the world. Not what a corrected or a later request would get past: a body that cannot be
    /// read, a wrong field, too many requests, our own failures (P-64).
    /// </summary>
    internal bool IsDefinitive => Status is >= 200 and < 400 or 402 or 403 or 404 or 409 or 410;

    /// <summary>Lets what a route returned write itself into memory.</summary>
    internal static async Task<KeptAnswer> Of(object? returned, HttpContext http)
    {
        var result = returned as IResult ?? throw new InvalidOperationException("a route under Once() returns an IResult");
        var response = http.Response;
        var (wire, memory) = (response.Body, new MemoryStream());
        foreach (var name in Remembered) response.Headers.Remove(name); // of an answer that this one takes the place of
        response.Body = memory;
        try
        {
            await result.ExecuteAsync(http);
        }
        finally
        {
            response.Body = wire;
        }
        var headers = Remembered.Where(name => response.Headers.ContainsKey(name)).ToDictionary(name => name, name => response.Headers[name].ToString());
        return new(response.StatusCode, headers, memory.ToArray());
    }

    public async Task ExecuteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        foreach (var (name, value) in Headers) http.Response.Headers[name] = value;
        if (IsReplay) http.Response.Headers["Idempotency-Replayed"] = "true";
        if (Body.Length == 0) return;
        http.Response.ContentLength = Body.Length;
        await http.Response.Body.WriteAsync(Body, http.RequestAborted);
    }
}

/// <summary>Scoped to the caller: the same key of another user is another key and learns nothing (P-63).</summary>
public sealed record AnswerKey(Guid Caller, string Route, string Key);
