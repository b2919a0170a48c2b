using Npgsql;
using RabbitMQ.Client;
using Roost.Servers;

namespace Roost.Platform.Tests.Servers;

public sealed class When_a_test_has_servers_of_its_own
{
    [Test]
    public async Task Its_database_is_there_until_it_is_done()
    {
        string name;
        await using (var database = await Postgres.NewDatabase("own"))
        {
            name = database.Name;
            await database.Execute("create table it_is_mine (id int)");
            Assert.That(await database.Value<string>("select current_database()::text"), Is.EqualTo(name));
        }

        await using var connection = new NpgsqlConnection(Postgres.Server);
        await connection.OpenAsync();
        await using var find = new NpgsqlCommand($"select count(*) from pg_database where datname = '{name}'", connection);
        Assert.That(await find.ExecuteScalarAsync(), Is.EqualTo(0));
    }

    [Test]
    public async Task Its_virtual_host_shows_what_was_declared_and_sent()
    {
        await using var vhost = await Rabbit.NewVhost("own");
        await using var connection = await vhost.Connect();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.ExchangeDeclareAsync("news", "fanout", durable: true);
        await channel.QueueDeclareAsync("inbox", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("inbox", "news", "");
        await channel.BasicPublishAsync("news", "", "hello"u8.ToArray());

        Assert.That(await vhost.Depth("inbox"), Is.EqualTo(1));
        Assert.That(await vhost.Bindings(), Is.EqualTo(new[] { new Rabbit.Binding("news", "inbox", "queue", "") }));
        Assert.That((await vhost.Exchange("news"))!.Value.GetProperty("type").GetString(), Is.EqualTo("fanout"));
        Assert.That(await vhost.Queue("nothing"), Is.Null);
        Assert.That((await vhost.Take("inbox"))!.Body.ToArray(), Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public void Waiting_in_vain_tells_what_was_seen_last()
    {
        var looks = 0;

        var failure = Assert.ThrowsAsync<AssertionException>(() =>
            Eventually.Sees(() => Task.FromResult(++looks), seen => seen < 0, TimeSpan.FromMilliseconds(100)));

        Assert.That(failure.Message, Does.Contain($"Last seen: {looks}"));
    }

    [Test]
    public async Task A_cut_link_loses_its_connections_and_a_joined_one_carries_again()
    {
        await using var database = await Postgres.NewDatabase("link");
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var link = Link.To(server.Host!, server.Port);
        var through = new NpgsqlConnectionStringBuilder(database.Through(link.Host, link.Port)) { Pooling = false, Timeout = 2 }.ConnectionString;
        await using var before = new NpgsqlConnection(through);
        await before.OpenAsync();

        link.Cut();
        await using (var during = new NpgsqlConnection(through)) Assert.ThrowsAsync<NpgsqlException>(() => during.OpenAsync());
        await using var command = new NpgsqlCommand("select 1", before);
        Assert.ThrowsAsync<NpgsqlException>(() => command.ExecuteScalarAsync());

        link.Join();
        await using var after = new NpgsqlConnection(through);
        await after.OpenAsync();
    }

    [Test]
    public async Task A_child_process_is_killed_for_real_and_its_words_are_kept()
    {
        await using var child = ChildProcess.Start("/bin/sh", ["-c", "echo I am $NAME; exec sleep 60"], new Dictionary<string, string?> { ["NAME"] = "Ida" });
        Assert.That(await child.Says("I am"), Is.EqualTo("I am Ida"));

        await child.Kill();

        Assert.That(child.ExitCode, Is.EqualTo(128 + 9));
    }

    [Test]
    public async Task Toxiproxy_cuts_and_restores()
    {
        var server = new NpgsqlConnectionStringBuilder(Postgres.Server);
        await using var toxiproxy = await Toxiproxy.Start();
        var proxy = await toxiproxy.Before($"{server.Host}:{server.Port}");
        var through = new NpgsqlConnectionStringBuilder(Postgres.Server) { Host = proxy.Host, Port = proxy.Port, Pooling = false, Timeout = 2 };

        await proxy.Cut();
        await using (var during = new NpgsqlConnection(through.ConnectionString)) Assert.ThrowsAsync<NpgsqlException>(() => during.OpenAsync());

        await proxy.Restore();
        await using var after = new NpgsqlConnection(through.ConnectionString);
        await after.OpenAsync();
    }
}
