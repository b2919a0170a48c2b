using Npgsql;

namespace Roost.Web.Identity;

/// <summary>A secret sent by mail; who brings it has read the mail.</summary>
public sealed class MailedTokens(NpgsqlDataSource database)
{
    public static readonly TimeSpan VerifyWithin = TimeSpan.FromDays(2);
    public static readonly TimeSpan ResetWithin = TimeSpan.FromHours(1);

    /// <summary>Confirming an address twice is no mistake: mail programs open links in advance.</summary>
    public async Task<bool> VerifyEmail(string token, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with proven as (
                update web.mailed_tokens set used_at = coalesce(used_at, now())
                where hash = @hash and purpose = 'verify_email' and expires_at > now()
                returning account_id
            )
            update web.accounts set email_verified_at = coalesce(email_verified_at, now()) from proven where id = account_id
            """);
        command.Parameters.AddWithValue("hash", new Secret(token).Hash);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>The same statement for known and unknown addresses; for an unknown one it finds nothing to do.</summary>
    public async Task MailReset(string email, CancellationToken ct)
    {
        var token = Secret.New();
        await using var command = database.CreateCommand(
            """
            with account as (
                select id from web.accounts where email = @email
            ), proof as (
                insert into web.mailed_tokens (hash, account_id, purpose, expires_at) select @hash, id, 'reset_password', now() + @within from account
            )
            insert into web.mails (id, account_id, kind, token) select @mail_id, id, 'reset_password', @token from account
            """);
        command.Parameters.AddWithValue("email", email);
        command.Parameters.AddWithValue("hash", token.Hash);
        command.Parameters.AddWithValue("within", ResetWithin);
        command.Parameters.AddWithValue("mail_id", Guid.CreateVersion7());
        command.Parameters.AddWithValue("token", token.Text);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Sets the password and uses up every other reset mail of the account. Null: the token is unknown, used or too old.
    /// Whoever read the mail has the address, so it counts as verified.
    /// </summary>
    public async Task<Guid?> ResetPassword(string token, string passwordHash, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with proven as (
                update web.mailed_tokens set used_at = now()
                where hash = @hash and purpose = 'reset_password' and used_at is null and expires_at > now()
                returning account_id
            ), others as (
                update web.mailed_tokens t set used_at = now() from proven
                where t.account_id = proven.account_id and t.purpose = 'reset_password' and t.used_at is null and t.hash <> @hash
            ), mail as (
                insert into web.mails (id, account_id, kind) select @mail_id, account_id, 'password_changed' from proven
            )
            update web.accounts set password_hash = @password_hash, email_verified_at = coalesce(email_verified_at, now())
            from proven where id = account_id
            returning id
            """);
        command.Parameters.AddWithValue("hash", new Secret(token).Hash);
        command.Parameters.AddWithValue("mail_id", Guid.CreateVersion7());
        command.Parameters.AddWithValue("password_hash", passwordHash);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }
}
