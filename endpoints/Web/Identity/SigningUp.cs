using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Roost.Domain.Identity;
using Roost.Web.Asking;

namespace Roost.Web.Identity;

/// <summary>
/// A taken address answers like a free one and costs the same: the password is hashed, a row and a mail are written. Only the mailbox's
/// owner learns which it was (P-116).
/// </summary>
public static class SigningUp
{
    public static void MapSigningUp(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/signup", SignUp).AllowAnonymous().WithSummary("Make an account").Refuses(422, "weak_password");
        api.MapPost("/auth/verify-email", VerifyEmail).AllowAnonymous().WithSummary("Confirm the address with the mailed token").Refuses(422, "invalid_token");
    }

    public sealed record SignUpRequest(string Email, string Password, string FirstName, string LastName);
    public sealed record SignedUp(Guid UserId);
    public sealed record VerifyEmailRequest(string Token);

    static async Task<Results<Created<SignedUp>, ProblemHttpResult>> SignUp(
        SignUpRequest request, Attempts attempts, Passwords passwords, NpgsqlDataSource database, HttpContext http)
    {
        var email = EmailAddress.Normalize(request.Email);
        var wrong = new WrongFields()
            .Unless(email is not null, "email", "An address that mail can be sent to.")
            .Name("firstName", request.FirstName)
            .Name("lastName", request.LastName)
            .Add(PasswordRules.Refusals(request.Password, email));
        if (wrong.Any) return wrong.Problem(only: "weak_password", whenOnly: "password");
        if (await attempts.Refusal(http, "signup", email!) is { } tooOften) return tooOften;

        var id = Guid.CreateVersion7();
        var hash = await passwords.Hash(request.Password, http.RequestAborted);
        await Store(database, id, email!, hash, request, http.RequestAborted);
        return TypedResults.Created((string?)null, new SignedUp(id));
    }

    /// <summary>One round trip, and so one transaction.</summary>
    static async Task Store(NpgsqlDataSource database, Guid id, string email, string hash, SignUpRequest request, CancellationToken ct)
    {
        var token = Secret.New();
        await using var command = database.CreateCommand(
            """
            insert into web.accounts (id, email, password_hash, first_name, last_name)
            values (@id, @email, @password_hash, @first_name, @last_name)
            on conflict (email) do nothing;

            with account as (
                select id, id = @id as is_new from web.accounts where email = @email
            ), proof as (
                insert into web.mailed_tokens (hash, account_id, purpose, expires_at)
                select @token_hash, id, 'verify_email', now() + @within from account where is_new
            )
            insert into web.mails (id, account_id, kind, token)
            select @mail_id, id, case when is_new then 'verify_email' else 'address_is_taken' end, case when is_new then @token end from account;
            """);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("email", email);
        command.Parameters.AddWithValue("password_hash", hash);
        command.Parameters.AddWithValue("first_name", request.FirstName.Trim());
        command.Parameters.AddWithValue("last_name", request.LastName.Trim());
        command.Parameters.AddWithValue("token_hash", token.Hash);
        command.Parameters.AddWithValue("within", MailedTokens.VerifyWithin);
        command.Parameters.AddWithValue("mail_id", Guid.CreateVersion7());
        command.Parameters.AddWithValue("token", token.Text);
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<Results<NoContent, ProblemHttpResult>> VerifyEmail(VerifyEmailRequest request, MailedTokens tokens, CancellationToken ct) =>
        await tokens.VerifyEmail(request.Token, ct) ? TypedResults.NoContent() : ChangingPassword.BadToken;
}
