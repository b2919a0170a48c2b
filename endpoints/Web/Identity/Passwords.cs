using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Roost.Web.Identity;

/// <summary>PBKDF2 with HMAC-SHA512 and a salt each. As many at a time as there are processors: a burst of sign-ins must not starve the rest.</summary>
public sealed class Passwords
{
    const int Iterations = 210_000; // OWASP's recommendation for SHA-512

    static readonly object nobody = new();
    readonly PasswordHasher<object> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    readonly SemaphoreSlim turns = new(Environment.ProcessorCount);
    readonly string ofNobody;

    public Passwords() => ofNobody = hasher.HashPassword(nobody, Guid.NewGuid().ToString());

    public Task<string> Hash(string password, CancellationToken ct) => InTurn(() => hasher.HashPassword(nobody, password), ct);

    /// <param name="hash">Null for an account that does not exist: it takes the same time, and the answer is no (P-116).</param>
    public async Task<bool> Match(string? hash, string password, CancellationToken ct)
    {
        var verdict = await InTurn(() => hasher.VerifyHashedPassword(nobody, hash ?? ofNobody, password), ct);
        return hash is not null && verdict != PasswordVerificationResult.Failed;
    }

    async Task<T> InTurn<T>(Func<T> work, CancellationToken ct)
    {
        await turns.WaitAsync(ct);
        try
        {
            return await Task.Run(work, ct);
        }
        finally
        {
            turns.Release();
        }
    }
}
