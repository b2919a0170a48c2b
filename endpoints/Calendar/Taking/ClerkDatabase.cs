using Npgsql;

namespace Roost.Calendar.Taking;

/// <summary>Connections for the clerk alone, who wants other things of the planner than everybody else.</summary>
public static class ClerkDatabase
{
    public static NpgsqlDataSource Open(string connectionString) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "calendar-clerk",
        MaxAutoPrepare = 100,
        AutoPrepareMinUsages = 1,
        // Every statement looks up a few rows by key in tables of any size. Plans are made once, when the tables may still be empty: these
        // settings leave only those plans that stay right. A client that stalls while it has locks loses them.
        Options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off "
            + "-c max_parallel_workers_per_gather=0 -c idle_in_transaction_session_timeout=5s -c lock_timeout=20s",
    });
}
