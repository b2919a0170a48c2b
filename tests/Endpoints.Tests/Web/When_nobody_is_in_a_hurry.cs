using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Roost.Web.Watching;

namespace Roost.Endpoints.Tests.Web;

/// <summary>Streams stay open for hours while hardly anything happens: an open tab must not cost the database a hundred looks a second.</summary>
public sealed class When_nobody_is_in_a_hurry
{
    readonly Looks looks = new();
    NpgsqlDataSource database = null!;
    Watch watch = null!;

    [SetUp]
    public async Task Watching()
    {
        database = new NpgsqlDataSourceBuilder(TheWeb.Running.Database.ConnectionString).UseLoggerFactory(new LoggerFactory([looks])).Build();
        watch = new Watch(database, TimeProvider.System, NullLogger<Watch>.Instance);
        await watch.StartAsync(default);
    }

    [TearDown]
    public async Task Stop()
    {
        await watch.StopAsync(default);
        watch.Dispose();
        await database.DisposeAsync();
    }

    [Test]
    public async Task It_is_looked_a_few_times_a_second_however_many_follow()
    {
        var second = TimeSpan.FromSeconds(1);

        var seen = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => watch.NextInTime(Guid.NewGuid(), seen: null, second, default)));

        Assert.That(seen, Is.All.Null);
        Assert.That(looks.Taken, Is.InRange(1, 12));
    }

    [Test]
    public async Task Whoever_follows_is_told_how_it_stands_and_what_has_changed()
    {
        var block = Guid.NewGuid();
        await Make(block, "live");

        var first = await watch.NextInTime(block, seen: null, Eventually.Patience, default);
        var next = watch.NextInTime(block, first, Eventually.Patience, default);
        await TheWeb.Running.Database.Execute($"update calendar.claims set state = 'given_back' where id = '{block}'");

        Assert.That((first, await next), Is.EqualTo(("blocked", "lifted")));
    }

    /// <summary>Who waits for an answer is served as ever, and does not make the others look as often.</summary>
    [Test]
    public async Task Who_is_in_a_hurry_is_not_held_up()
    {
        var block = Guid.NewGuid();
        var following = watch.NextInTime(block, seen: null, Eventually.Patience, default);
        var waiting = watch.Next(block, seen: null, Eventually.Patience, default);
        await Eventually.Is(() => looks.Taken > 20, within: TimeSpan.FromSeconds(4));
        await Make(block, "live");

        Assert.That((await waiting, await following), Is.EqualTo(("blocked", "blocked")));
    }

    static Task Make(Guid block, string state) => TheWeb.Running.Database.Execute(
        $"insert into calendar.claims (id, line, unit_id, stay, quantity, kind, state) values ('{block}', 0, '{block}', '[2027-06-01,2027-06-02)', 1, 'block', '{state}')");

    sealed class Looks : ILoggerProvider, ILogger
    {
        int taken;

        public int Taken => Volatile.Read(ref taken);

        public ILogger CreateLogger(string categoryName) => categoryName == "Npgsql.Command" ? this : NullLogger.Instance;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Information) Interlocked.Increment(ref taken); // one for each command, when it is done
        }

        public bool IsEnabled(LogLevel logLevel) => true;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public void Dispose() { }
    }
}
