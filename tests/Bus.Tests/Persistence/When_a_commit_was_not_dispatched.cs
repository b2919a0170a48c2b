using Roost.Bus.Persistence;
using static Roost.Bus.Tests.Persistence.StorageWords;

namespace Roost.Bus.Tests.Persistence;

/// <summary>P-65: a crash between commit and dispatch. Nobody delivers a web request again, so somebody has to look.</summary>
public sealed class When_a_commit_was_not_dispatched
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    readonly StoppedClock clock = new();
    Storage storage = null!;
    IPersistence persistence = null!;

    [OneTimeSetUp]
    public async Task CreateStorage() => storage = await Storage.New();

    [OneTimeTearDown]
    public async Task DropStorage() => await storage.DisposeAsync();

    [SetUp]
    public async Task StartAnew()
    {
        await storage.Database.Execute($"truncate {Storage.Outbox}");
        persistence = storage.Instance(Pooled, clock: clock);
    }

    // A pool that cleans up after nobody: the scan has to let go of its lock itself.
    string Pooled => storage.ConnectionString(but => but.NoResetOnClose = true);

    [TearDown]
    public async Task Stop() => await persistence.DisposeAsync();

    [Test]
    public async Task It_is_found_when_it_stays_so_for_a_while()
    {
        await persistence.Process("forgotten", To("Facts.Worker", id: "sent"));

        Assert.That(await Found(), Is.Empty, "it may just have been committed");
        clock.Advance(Grace - TimeSpan.FromSeconds(1));
        Assert.That(await Found(), Is.Empty);
        clock.Advance(TimeSpan.FromSeconds(1));

        var found = (await persistence.FindUndispatched(default)).Single();
        Assert.That((found.MessageId, found.Dispatched, found.Operations.Single().MessageId), Is.EqualTo(("forgotten", false, "sent")));
    }

    [Test]
    public async Task It_is_not_found_once_it_is_marked()
    {
        await persistence.Process("marked", To("Facts.Worker"));
        await Found();
        await storage.Database.Execute($"""update {Storage.Outbox} set "Dispatched" = true""");
        clock.Advance(Grace);

        Assert.That(await Found(), Is.Empty);
    }

    [Test]
    public async Task It_is_given_out_again_when_that_did_not_help()
    {
        await persistence.Process("stubborn", To("Facts.Worker"));
        await Found();
        clock.Advance(Grace);

        Assert.That(await Found(), Is.EqualTo(new[] { "stubborn" }));
        Assert.That(await Found(), Is.Empty, "it is being dispatched");
        clock.Advance(Grace);
        Assert.That(await Found(), Is.EqualTo(new[] { "stubborn" }));
    }

    [Test]
    public async Task One_instance_of_many_dispatches_it()
    {
        await using var other = storage.Instance(Pooled, clock: clock);
        await persistence.Process("forgotten", To("Facts.Worker"));
        await Found();
        await Found(other);
        clock.Advance(Grace);

        Assert.That(await Found(), Is.EqualTo(new[] { "forgotten" }));
        Assert.That(await Found(other), Is.Empty);
    }

    [Test]
    public async Task Another_instance_takes_over_from_one_that_died()
    {
        var other = storage.Instance(Pooled, clock: clock);
        await persistence.Process("forgotten", To("Facts.Worker"));
        await Found();
        await Found(other);
        clock.Advance(Grace);
        await Found(other);

        await other.DisposeAsync();

        Assert.That(await Found(), Is.EqualTo(new[] { "forgotten" }));
    }

    [Test]
    public async Task One_that_nobody_can_read_does_not_hold_up_the_others()
    {
        await storage.Database.Execute(
            $$"""insert into {{Storage.Outbox}} ("MessageId", "Operations") values ('gone', '[{"MessageId": "m", "Options": {} }]')""");
        await persistence.Process("forgotten", To("Facts.Worker"));
        await Found();
        clock.Advance(Grace);

        Assert.That(await Found(), Is.EqualTo(new[] { "forgotten" }));
    }

    /// <summary>What cannot be sent today cannot be sent in half a minute either, and its siblings are sent again each time.</summary>
    [Test]
    public async Task It_is_given_out_less_and_less_often_when_that_never_helps()
    {
        await persistence.Process("stubborn", To("Facts.Worker"));
        await Found();

        var seconds = new List<int>();
        for (var second = 10; second <= 1_000; second += 10)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            if ((await Found()).Count > 0) seconds.Add(second);
        }

        Assert.That(seconds, Is.EqualTo(new[] { 30, 60, 120, 240, 480, 960 }));
    }

    [Test]
    public async Task Thousands_that_nobody_can_read_do_not_hold_up_the_others()
    {
        await storage.Database.Execute(
            $$"""insert into {{Storage.Outbox}} ("MessageId", "Operations") select 'a' || g, '[{"MessageId": "m", "Options": {} }]' from generate_series(1, 2100) g""");
        await persistence.Process("z forgotten", To("Facts.Worker"));

        var found = new List<string>();
        for (var looks = 0; looks < 60 && found.Count == 0; looks++)
        {
            found = await Found();
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.That(found, Is.EqualTo(new[] { "z forgotten" }));
    }

    [Test]
    public async Task Thousands_leave_in_portions()
    {
        await storage.Database.Execute(
            $"""insert into {Storage.Outbox} ("MessageId", "Operations") select g, '[]' from generate_series(1, 250) g""");
        await Found();
        clock.Advance(Grace);

        var portions = new List<int>();
        for (var i = 0; i < 4; i++) portions.Add((await Found()).Count);

        Assert.That(portions, Is.EqualTo(new[] { 100, 100, 50, 0 }));
    }

    Task<List<string>> Found() => Found(persistence);

    static async Task<List<string>> Found(IPersistence persistence) =>
        [.. (await persistence.FindUndispatched(default)).Select(message => message.MessageId)];

    /// <summary>Stands still until it is told otherwise.</summary>
    sealed class StoppedClock : TimeProvider
    {
        long now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}
