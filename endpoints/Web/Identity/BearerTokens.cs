namespace Roost.Web.Identity;

/// <summary>
/// Whom a request's token stands for at this moment. Asked once for most requests, and again and again for an answer that goes on: it must not outlive the token
/// or the session (P-112).
/// </summary>
sealed class BearerTokens(AccessTokens tokens, LiveSessions sessions)
{
    const string Prefix = "Bearer ";

    public static bool AreIn(HttpRequest request) => Header(request).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null: there is none, it is no good, or it is over.</summary>
    public async ValueTask<Caller?> Caller(HttpRequest request, CancellationToken ct) =>
        AreIn(request) && await tokens.Read(Header(request)[Prefix.Length..].Trim(), ct) is { } content
            ? await sessions.Find(content.UserId, content.SessionId)
            : null;

    static string Header(HttpRequest request) => request.Headers.Authorization.ToString();
}
