using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Roost.Bus.Hosting;
using Roost.Bus.Recoverability;
using Roost.Servers;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

public sealed class When_deduplication_data_is_cleaned_up
{
    Storage storage = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [SetUp]
    public Task ForgetEverything() => storage.Database.Execute($"truncate {Storage.Outbox}");

    // P-67: within the retention a repeat is known, after it it is not; the age is that of the database's clock (P-74).
    [Test]
    public async Task What_is_older_than_the_retention_goes_and_the_rest_stays()
    {
        await Dispatched("old", "8 days");
        await Dispatched("young", "6 days 23 hours");

        var deleted = await storage.Persistence.CleanUp(TimeSpan.FromDays(7), default);

        Assert.That(deleted, Is.EqualTo(1));
        Assert.That(await Ids(), Is.EqualTo(new[] { "young" }));
        await using var repeat = await storage.Persistence.Begin("young");
        Assert.That(repeat.Duplicate, Is.Not.Null);
    }

    [Test]
    public async Task Failing_ten_times_in_a_row_is_a_critical_error()
    {
        var told = new List<string>();
        var criticalErrors = new CriticalErrors((error, _) => { lock (told) told.Add(error.Error); return Task.CompletedTask; }, _ => Task.CompletedTask,
            TimeProvider.System, NullLogger.Instance);
        var cleanUp = new OutboxCleanUp(storage.Persistence, TimeSpan.FromDays(7), criticalErrors);

        await Fail(cleanUp, times: 9);
        await cleanUp.Run(default);
        await Fail(cleanUp, times: 9);
        Assert.That(told, Is.Empty, "never ten in a row");
        await Fail(cleanUp, times: 1);

        await Eventually.Is(() => { lock (told) return told.Count == 1; });
        Assert.That(told.Single(), Does.Contain("10 consecutive"));
    }

    async Task Fail(OutboxCleanUp cleanUp, int times)
    {
        await storage.Database.Execute($"alter table {Storage.Outbox} rename to hidden");
        for (var i = 0; i < times; i++) Assert.That(() => cleanUp.Run(default), Throws.InstanceOf<PostgresException>());
        await storage.Database.Execute($"alter table hidden rename to {Storage.Outbox}");
    }

    [TestCase("Pacific/Kiritimati")]
    [TestCase("Pacific/Pago_Pago")]
    public async Task The_time_zone_of_the_session_changes_nothing(string timeZone)
    {
        await Dispatched("old", "61 minutes");
        await Dispatched("young", "59 minutes");
        var elsewhere = storage.Instance(storage.ConnectionString(but => but.Timezone = timeZone));

        await elsewhere.CleanUp(TimeSpan.FromHours(1), default);

        Assert.That(await Ids(), Is.EqualTo(new[] { "young" }));
    }

    [Test]
    public async Task What_was_never_dispatched_stays_however_old()
    {
        await storage.Persistence.Process("undispatched", To("Facts.Worker"));

        Assert.That(await storage.Persistence.CleanUp(TimeSpan.Zero, default), Is.Zero);
        Assert.That(await Ids(), Is.EqualTo(new[] { "undispatched" }));
    }

    [Test]
    public async Task More_than_one_batch_goes_at_once_and_two_instances_may_do_it_together()
    {
        await storage.Database.Execute($"""
            insert into {Storage.Outbox} ("MessageId", "Dispatched", "DispatchedAt", "Operations")
            select g, true, now() at time zone 'utc' - interval '8 days', '[]' from generate_series(1, 9001) g
            """);

        var deleted = await Task.WhenAll(
            storage.Persistence.CleanUp(TimeSpan.FromDays(7), default),
            storage.Instance().CleanUp(TimeSpan.FromDays(7), default));

        Assert.That(deleted.Sum(), Is.EqualTo(9001));
        Assert.That(await Ids(), Is.Empty);
    }

    // A repeat refreshes the time: the row must outlive the clean-up that was already looking at it.
    [Test]
    public async Task A_row_that_is_refreshed_at_the_same_moment_stays()
    {
        await Dispatched("refreshed", "8 days");
        await using var repeat = await storage.Database.Open();
        await using var refreshing = await repeat.BeginTransactionAsync();
        await using (var refresh = new NpgsqlCommand($"""update {Storage.Outbox} set "DispatchedAt" = now() at time zone 'utc'""", repeat))
            await refresh.ExecuteNonQueryAsync();
        var cleaning = storage.Persistence.CleanUp(TimeSpan.FromDays(7), default);
        await storage.WhoWaits();

        await refreshing.CommitAsync();

        Assert.That(await cleaning, Is.Zero);
        Assert.That(await Ids(), Is.EqualTo(new[] { "refreshed" }));
    }

    Task Dispatched(string id, string ago) => storage.Database.Execute($"""
        insert into {Storage.Outbox} ("MessageId", "Dispatched", "DispatchedAt", "Operations")
        values ('{id}', true, now() at time zone 'utc' - interval '{ago}', '[]')
        """);

    Task<List<string>> Ids() => storage.Database.Values<string>($"""select "MessageId" from {Storage.Outbox}""");
}
