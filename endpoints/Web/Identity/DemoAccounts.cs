using Npgsql;

namespace Roost.Web.Identity;

/// <summary>For the demo catalogue, with ROOST__DEMOACCOUNTS=true. The password is public: never where strangers come.</summary>
static class DemoAccounts
{
    const string Password = "Demo-Pass-2027!";

    static readonly (string Email, string FirstName, string[] Roles)[] people =
    [
        ("guest@demo.test", "Gina", [Roles.Guest]),
        ("host@demo.test", "Henry", [Roles.Guest, Roles.Host]),
        ("support@demo.test", "Sofia", [Roles.Support]),
        ("finance@demo.test", "Felix", [Roles.Finance]),
        ("admin@demo.test", "Ada", [Roles.Admin]),
    ];

    public static async Task Make(IServiceProvider services, CancellationToken ct)
    {
        var hash = await services.GetRequiredService<Passwords>().Hash(Password, ct);
        await using var batch = services.GetRequiredService<NpgsqlDataSource>().CreateBatch();
        foreach (var (email, firstName, roles) in people)
        {
            var insert = new NpgsqlBatchCommand(
                """
                insert into web.accounts (id, email, password_hash, first_name, last_name, roles, email_verified_at)
                values (@id, @email, @password_hash, @first_name, 'Demo', @roles, now())
                on conflict (email) do nothing
                """);
            insert.Parameters.AddWithValue("id", Guid.CreateVersion7());
            insert.Parameters.AddWithValue("email", email);
            insert.Parameters.AddWithValue("password_hash", hash);
            insert.Parameters.AddWithValue("first_name", firstName);
            insert.Parameters.AddWithValue("roles", roles);
            batch.BatchCommands.Add(insert);
        }
        await batch.ExecuteNonQueryAsync(ct);
        services.GetRequiredService<ILogger<Passwords>>().LogWarning("Demo accounts exist, with a password that everybody knows");
    }
}
