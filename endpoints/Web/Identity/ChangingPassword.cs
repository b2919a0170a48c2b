using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Roost.Domain.Identity;
using Roost.Web.Asking;

namespace Roost.Web.Identity;

/// <summary>A new password ends the sessions that began with the old one: whoever stole it is out.</summary>
public static class ChangingPassword
{
    internal static ProblemHttpResult BadToken => Problems.Invalid("token", "Unknown, used or too old.", "invalid_token");

    public static void MapChangingPassword(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/password", Change).WithSummary("Change the password; other sessions end").Refuses(422, "wrong_password", "weak_password");
        api.MapPost("/auth/password/reset", Reset).AllowAnonymous().WithSummary("Mail a token to set a new password with");
        api.MapPost("/auth/password/reset/confirm", Confirm).AllowAnonymous().WithSummary("Set a new password; all sessions end").Refuses(422, "weak_password", "invalid_token");
    }

    public sealed record ChangeRequest(string Current, string Next);
    public sealed record ResetRequest(string Email);
    public sealed record ConfirmRequest(string Token, string Password);

    static async Task<Results<NoContent, ProblemHttpResult>> Change(
        ChangeRequest request, Caller caller, Attempts attempts, Passwords passwords, NpgsqlDataSource database, Sessions sessions, HttpContext http)
    {
        var ct = http.RequestAborted;
        if (await attempts.Refusal(http, "password", $"{caller.UserId}") is { } tooOften) return tooOften;
        var (email, hash) = await Read(database, caller.UserId, ct);
        if (!await passwords.Match(hash, request.Current, ct)) return Problems.Invalid("current", "Not your password.", "wrong_password");
        var wrong = new WrongFields().Add(PasswordRules.Refusals(request.Next, email).Select(refusal => refusal with { Field = "next" }));
        if (wrong.Any) return wrong.Problem(only: "weak_password", whenOnly: "next");

        // Only while the old one still stands: of two changes at once one wins, and the other was not made with the current password.
        if (!await Write(database, caller.UserId, from: hash, to: await passwords.Hash(request.Next, ct), ct))
            return Problems.Invalid("current", "Not your password.", "wrong_password");
        await sessions.EndAll(caller.UserId, "password changed", except: caller.SessionId, ct);
        return TypedResults.NoContent();
    }

    static async Task<Results<Accepted, ProblemHttpResult>> Reset(ResetRequest request, Attempts attempts, MailedTokens tokens, HttpContext http)
    {
        if (EmailAddress.Normalize(request.Email) is not { } email) return Problems.Invalid("email", "An address that mail can be sent to.");
        if (await attempts.Refusal(http, "reset", email) is { } tooOften) return tooOften;
        await tokens.MailReset(email, http.RequestAborted);
        return TypedResults.Accepted((string?)null);
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Confirm(
        ConfirmRequest request, MailedTokens tokens, Passwords passwords, Sessions sessions, CancellationToken ct)
    {
        var wrong = new WrongFields().Add(PasswordRules.Refusals(request.Password));
        if (wrong.Any) return wrong.Problem(only: "weak_password", whenOnly: "password");
        var hash = await passwords.Hash(request.Password, ct);
        if (await tokens.ResetPassword(request.Token, hash, ct) is not { } accountId) return BadToken;
        await sessions.EndAll(accountId, "password reset", except: null, ct);
        return TypedResults.NoContent();
    }

    static async Task<(string Email, string Hash)> Read(NpgsqlDataSource database, Guid accountId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select email, password_hash from web.accounts where id = @id");
        command.Parameters.AddWithValue("id", accountId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        return (rows.GetString(0), rows.GetString(1));
    }

    static async Task<bool> Write(NpgsqlDataSource database, Guid accountId, string from, string to, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with changed as (
                update web.accounts set password_hash = @to where id = @id and password_hash = @from returning id
            )
            insert into web.mails (id, account_id, kind) select @mail_id, id, 'password_changed' from changed
            """);
        command.Parameters.AddWithValue("id", accountId);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        command.Parameters.AddWithValue("mail_id", Guid.CreateVersion7());
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
