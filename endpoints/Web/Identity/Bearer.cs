using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Roost.Web.Asking;

namespace Roost.Web.Identity;

/// <summary>Authorization: Bearer … A token that is no good is the same as none, and where one is needed both are 401.</summary>
sealed class Bearer(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, BearerTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!BearerTokens.AreIn(Request)) return AuthenticateResult.NoResult();
        if (await tokens.Caller(Request, Context.RequestAborted) is not { } caller) return AuthenticateResult.Fail("not a token of ours");
        return AuthenticateResult.Success(new(new CallerPrincipal(caller), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = SchemeName;
        return Problems.OfStatus(StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.Forbidden().ExecuteAsync(Context);
}
