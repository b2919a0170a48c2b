using Npgsql;

namespace Roost.Product;

/// <summary>What is true of the product as a whole whenever it is at rest, asked of its tables.</summary>
public static class Invariants
{
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(200);
    static readonly string Query = Embedded("invariants.sql");

    /// <summary>Waits until everything that was accepted has come to its end; then nothing may be wrong, and no message may have failed.</summary>
    public static async Task HoldOnceAtRest(this Marketplace marketplace, TimeSpan within)
    {
        try
        {
            await Eventually.Sees(
                async () => new Found(await marketplace.Violations()), found => found.Violations.Count == 0, within, "violations of the invariants", every: LookAgainAfter);
        }
        catch (AssertionException e)
        {
            throw new AssertionException($"{e.Message}\n{await marketplace.Diagnosis()}");
        }
        Assert.That(await marketplace.Vhost.Depth("error"), Is.Zero, "messages in the error queue");
    }

    public static Task<List<string>> Violations(this Marketplace marketplace) => marketplace.ViolationsIf("");

    /// <param name="tampering">Statements that are undone afterwards: would it be noticed?</param>
    public static async Task<List<string>> ViolationsIf(this Marketplace marketplace, string tampering)
    {
        await using var connection = await marketplace.Database.Open();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var change = new NpgsqlCommand($"select; {tampering}", connection, transaction)) await change.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(
            $"select format('%s: %s (%s)', invariant, subject, detail) from ({Query}) violation", connection, transaction);
        await using var rows = await command.ExecuteReaderAsync();
        var violations = new List<string>();
        while (await rows.ReadAsync()) violations.Add(rows.GetString(0));
        return violations;
    }

    static string Embedded(string name)
    {
        using var stream = typeof(Invariants).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    sealed record Found(List<string> Violations)
    {
        public override string ToString() => $"{Violations.Count} violations, such as\n{string.Join('\n', Violations.Take(20))}";
    }
}
