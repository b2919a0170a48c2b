using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using Roost.Domain;
using Roost.Web.Asking;

namespace Roost.Web.Identity;

public static partial class Profile
{
    public static void MapProfile(this IEndpointRouteBuilder api)
    {
        api.MapGet("/auth/me", Me).WithSummary("Who am I");
        api.MapGet("/users/me", Read).WithSummary("My profile");
        api.MapPut("/users/me", Write).WithSummary("Replace my profile");
    }

    public sealed record Identified(
        Guid UserId, string Email, string FirstName, IReadOnlyList<string> Roles, bool EmailVerified, bool IdentityVerified);

    public sealed record Known(
        Guid UserId, string Email, string FirstName, string LastName, string? Phone, DateOnly? BirthDate,
        string? PreferredCurrency, string? PreferredLanguage, DateTimeOffset CreatedAt);

    public sealed record Change(
        string FirstName, string LastName, string? Phone = null, DateOnly? BirthDate = null,
        string? PreferredCurrency = null, string? PreferredLanguage = null);

    static async Task<Ok<Identified>> Me(Caller caller, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select email, first_name, roles, email_verified_at is not null, identity_verified_at is not null from web.accounts where id = @id
            """);
        command.Parameters.AddWithValue("id", caller.UserId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        return TypedResults.Ok(new Identified(
            caller.UserId, rows.GetString(0), rows.GetString(1), rows.GetFieldValue<string[]>(2), rows.GetBoolean(3), rows.GetBoolean(4)));
    }

    static async Task<Ok<Known>> Read(Caller caller, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select email, first_name, last_name, phone, birth_date, preferred_currency, preferred_language, created_at
            from web.accounts where id = @id
            """);
        command.Parameters.AddWithValue("id", caller.UserId);
        await using var rows = await command.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        return TypedResults.Ok(new Known(
            caller.UserId, rows.GetString(0), rows.GetString(1), rows.GetString(2), Text(3),
            rows.IsDBNull(4) ? null : rows.GetFieldValue<DateOnly>(4), Text(5), Text(6), rows.GetFieldValue<DateTimeOffset>(7)));

        string? Text(int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
    }

    static async Task<Results<Ok<Known>, ProblemHttpResult>> Write(
        Change change, Caller caller, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var wrong = new WrongFields()
            .Name("firstName", change.FirstName)
            .Name("lastName", change.LastName)
            .Unless(change.Phone is null || Phone.IsMatch(change.Phone), "phone", "Like +4930123456: + and 8 to 15 digits.")
            .Unless(change.BirthDate is null || change.BirthDate < today && change.BirthDate > today.AddYears(-130), "birthDate", "A day in the past.")
            .Unless(change.PreferredCurrency is null || Currencies.Knows(change.PreferredCurrency), "preferredCurrency", "An ISO 4217 code that we know.")
            .Unless(change.PreferredLanguage is null || Language.IsMatch(change.PreferredLanguage), "preferredLanguage", "Like en or pt-BR.");
        if (wrong.Any) return wrong.Problem();

        await using var command = database.CreateCommand(
            """
            update web.accounts set first_name = @first_name, last_name = @last_name, phone = @phone, birth_date = @birth_date,
                preferred_currency = @preferred_currency, preferred_language = @preferred_language
            where id = @id
            """);
        command.Parameters.AddWithValue("id", caller.UserId);
        command.Parameters.AddWithValue("first_name", change.FirstName.Trim());
        command.Parameters.AddWithValue("last_name", change.LastName.Trim());
        command.Parameters.AddWithValue("phone", NpgsqlDbType.Text, (object?)change.Phone ?? DBNull.Value);
        command.Parameters.AddWithValue("birth_date", NpgsqlDbType.Date, (object?)change.BirthDate ?? DBNull.Value);
        command.Parameters.AddWithValue("preferred_currency", NpgsqlDbType.Text, (object?)change.PreferredCurrency ?? DBNull.Value);
        command.Parameters.AddWithValue("preferred_language", NpgsqlDbType.Text, (object?)change.PreferredLanguage ?? DBNull.Value);
        await command.ExecuteNonQueryAsync(ct);
        return await Read(caller, database, ct);
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{7,14}\z")]
    static partial Regex Phone { get; }

    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Z]{2})?\z")]
    static partial Regex Language { get; }
}
