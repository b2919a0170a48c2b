using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Roost.Domain.Identity;
using Roost.Web.Asking;

namespace Roost.Web.Identity;

public static class SigningIn
{
    public static void MapSigningIn(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/login", Login).AllowAnonymous().WithSummary("Sign in").Refuses(401, "invalid_credentials");
        api.MapPost("/auth/refresh", Refresh).AllowAnonymous().WithSummary("Tokens for a refresh token, which is used up").Refuses(401, "invalid_refresh_token");
        api.MapPost("/auth/logout", Logout).WithSummary("End this session");
    }

    public sealed record LoginRequest(string Email, string Password);
    public sealed record RefreshRequest(string RefreshToken);

    static async Task<Results<Ok<Tokens>, ProblemHttpResult>> Login(
        LoginRequest request, Attempts attempts, Passwords passwords, NpgsqlDataSource database, Sessions sessions, HttpContext http)
    {
        // What is no address at all belongs to nobody, and is treated as any unknown account.
        var email = EmailAddress.Normalize(request.Email) ?? "";
        if (await attempts.Refusal(http, "login", email) is { } tooOften) return tooOften;

        var account = await Find(database, email, http.RequestAborted);
        if (!await passwords.Match(account?.PasswordHash, request.Password, http.RequestAborted))
            return Problems.Of(StatusCodes.Status401Unauthorized, "invalid_credentials", "Address or password is wrong.");
        return TypedResults.Ok(await sessions.Begin(account!.Id, account.Roles, http.RequestAborted));
    }

    static async Task<Account?> Find(NpgsqlDataSource database, string email, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id, password_hash, roles from web.accounts where email = @email");
        command.Parameters.AddWithValue("email", email);
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? new(rows.GetGuid(0), rows.GetString(1), rows.GetFieldValue<string[]>(2)) : null;
    }

    static async Task<Results<Ok<Tokens>, ProblemHttpResult>> Refresh(RefreshRequest request, Sessions sessions, CancellationToken ct) =>
        await sessions.Continue(request.RefreshToken, ct) is { } tokens
            ? TypedResults.Ok(tokens)
            : Problems.Of(StatusCodes.Status401Unauthorized, "invalid_refresh_token", "Sign in again.");

    static async Task<NoContent> Logout(Caller caller, Sessions sessions, CancellationToken ct)
    {
        await sessions.End(caller.SessionId, "logout", ct);
        return TypedResults.NoContent();
    }

    sealed record Account(Guid Id, string PasswordHash, string[] Roles);
}
