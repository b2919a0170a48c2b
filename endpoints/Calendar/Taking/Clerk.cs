using Npgsql;
using Roost.Calendar.Lapsing;
using Roost.Calendar.Telling;
using Roost.Calendar.Waiting;
using Roost.Contracts;

namespace Roost.Calendar.Taking;

/// <summary>
/// Decides a group of requests in one transaction: locks their units, looks, lets each request decide in turn as if it were alone, writes
/// what changed. Each gets its own answer; one that does not fit takes nothing from the next. When the database refuses what was decided,
/// nothing has happened and all are decided anew.
/// </summary>
public sealed class Clerk(NpgsqlDataSource database, Action<Outgoing> tell)
{
    const int Tries = 5;
    const string StalledInTransaction = "25P03";

    public async Task<IReadOnlyList<IMessage?>> Decide(IReadOnlyList<IRequest> requests, CancellationToken ct)
    {
        var needs = new GroupNeeds(requests);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Requests go short while a backlog of lapsed claims still has their nights: that goes first, a portion at a time.
                while (true)
                {
                    if (await TryDecide(requests, needs, ct) is { } answers) return answers;
                    await TryDecide([], needs, ct);
                }
            }
            catch (Exception e) when (attempt < Tries && IsWorthAnotherTry(e)) { }
        }
    }

    /// <summary>Gives back what is overdue on these units, where nobody is at work on them. True when there is more of it.</summary>
    public async Task<bool> Sweep(Guid[] units, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var chart = await new ChartStore(connection).Read(GroupNeeds.OnlyUnits(units), sweep: true, ct);
        Lapse.Overdue(chart);
        await Commit(chart, connection, transaction, ct);
        return chart.MoreAreOverdue;
    }

    async Task<IReadOnlyList<IMessage?>?> TryDecide(IReadOnlyList<IRequest> requests, GroupNeeds needs, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var chart = await new ChartStore(connection).Read(needs, sweep: false, ct);

        Lapse.Overdue(chart);
        var answers = new IMessage?[requests.Count];
        for (var i = 0; i < requests.Count; i++)
        {
            answers[i] = requests[i].Decide(chart);
            Offers.Serve(chart);
        }
        if (chart is { RanShort: true, MoreAreOverdue: true }) return null;

        await Commit(chart, connection, transaction, ct);
        return answers;
    }

    async Task Commit(Chart chart, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        foreach (var nights in chart.Touched.Values)
        {
            var unit = chart.Unit(nights.UnitId)!;
            chart.Tell(new NightsChanged(unit.Id, unit.ListingId, nights.CheckIn, nights.CheckOut, unit.Version + 1));
        }
        var outgoing = chart.Told.Count > 0 ? new Outgoing(Guid.CreateVersion7(), chart.Told) : null;

        await new ChartStore(connection).Write(chart, outgoing?.Insert(), ct);
        await transaction.CommitAsync(ct);
        if (outgoing is not null) tell(outgoing);
    }

    /// <summary>
    /// Somebody was quicker, or the connection broke: even if the commit went through unheard, a second one finds the claims that it made. A lock that cannot be
    /// had for so long is for others to wait for.
    /// </summary>
    static bool IsWorthAnotherTry(Exception e) => e switch
    {
        OvertakenException => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CheckViolation } => true,
        PostgresException { SqlState: StalledInTransaction } => true, // this process had no time for it
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => false,
        NpgsqlException broken => broken.IsTransient,
        _ => false,
    };
}
