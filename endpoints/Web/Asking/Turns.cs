using Npgsql;

namespace Roost.Web.Asking;

/// <summary>
/// A request that changes something keeps one connection for its transaction and reads over a second one. If all connections of the pool were first ones,
/// everybody would wait for a second until the time is up; so half of the pool at most is given to transactions, and the rest of the requests wait their turn.
/// </summary>
sealed class Turns(NpgsqlDataSource database)
{
    readonly SemaphoreSlim free = new(Math.Max(1, new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize / 2));

    public async Task<IDisposable> Take(CancellationToken ct)
    {
        await free.WaitAsync(ct);
        return new Turn(free);
    }

    sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
