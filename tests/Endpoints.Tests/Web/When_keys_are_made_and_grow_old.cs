using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Roost.Platform.Migrating;
using Roost.Web.Identity;

namespace Roost.Endpoints.Tests.Web;

/// <summary>Signing keys, of processes that share a database and nothing else.</summary>
public sealed class When_keys_are_made_and_grow_old
{
    Postgres.Database database = null!;
    NpgsqlDataSource connections = null!;

    [SetUp]
    public async Task A_fresh_database()
    {
        database = await Postgres.NewDatabase("keys");
        var migrations = Migration.EmbeddedIn(typeof(SigningKeys).Assembly);
        await new SchemaMigrator(database.ConnectionString, "web", migrations, NullLogger.Instance).Run(CancellationToken.None);
        connections = NpgsqlDataSource.Create(database.ConnectionString);
    }

    [TearDown]
    public async Task Drop()
    {
        await connections.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task Of_many_first_processes_one_makes_the_key()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Process().ToSign(CancellationToken.None))));

        Assert.That(keys.Select(key => key.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await database.Value<long>("select count(*) from web.signing_keys"), Is.EqualTo(1));
    }

    [Test]
    public async Task After_its_time_another_one_signs_and_the_old_one_is_believed_a_little_longer()
    {
        var old = await Process().ToSign(CancellationToken.None);
        await database.Execute("update web.signing_keys set created_at = now() - interval '30 days 10 minutes'");
        var process = Process();

        var next = await process.ToSign(CancellationToken.None);

        Assert.That(next.Id, Is.Not.EqualTo(old.Id));
        Assert.That((await process.Find(old.Id, CancellationToken.None))?.Secret, Is.EqualTo(old.Secret));

        await database.Execute("update web.signing_keys set created_at = created_at - interval '1 hour' where created_at < now() - interval '30 days'");
        Assert.That(await Process().Find(old.Id, CancellationToken.None), Is.Null, "its last token has expired long ago");
    }

    [Test]
    public async Task A_key_that_another_process_made_is_found()
    {
        var (here, there) = (Process(), Process());
        await here.ToSign(CancellationToken.None);
        await there.ToSign(CancellationToken.None);
        await database.Execute("update web.signing_keys set created_at = now() - interval '30 days 10 minutes'");
        var made = await Process().ToSign(CancellationToken.None);

        await Eventually.Is(async () => await there.Find(made.Id, CancellationToken.None) is not null, within: TimeSpan.FromSeconds(5));
    }

    SigningKeys Process() => new(connections, TimeProvider.System);
}
