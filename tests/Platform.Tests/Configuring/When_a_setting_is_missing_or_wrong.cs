using Microsoft.Extensions.Configuration;

namespace Roost.Platform.Tests.Configuring;

public sealed class When_a_setting_is_missing_or_wrong
{
    static readonly Dictionary<string, string?> complete = new()
    {
        ["Roost:Postgres"] = "Host=db;Username=roost;Password=secret;Database=roost",
        ["Roost:RabbitMQ"] = "amqp://roost:secret@broker:5672/roost",
    };

    [Test]
    public void Nothing_is_wrong_with_the_two_that_are_needed()
    {
        var settings = Read(complete);

        Assert.That(settings.Postgres, Does.Contain("Search Path=reservation,public").And.Contain("Timezone=UTC").And.Contain("Application Name=Roost.Reservation"));
        Assert.That(settings.TablePrefix, Is.EqualTo("reservation_"));
    }

    [TestCase("Postgres", null, "ROOST__POSTGRES is missing")]
    [TestCase("RabbitMQ", " ", "ROOST__RABBITMQ is missing")]
    [TestCase("Postgres", "secret", "ROOST__POSTGRES is wrong: it must be an Npgsql connection string")]
    [TestCase("RabbitMQ", "http://secret", "ROOST__RABBITMQ is wrong: it must be a URI that begins with amqp or amqps")]
    [TestCase("Postgres", "Host=db;Port=70000;Password=secret", "ROOST__POSTGRES is wrong: it must be an Npgsql connection string")]
    [TestCase("Postgres", "Host=db;Minimum Pool Size=100;Password=secret", "ROOST__POSTGRES is wrong: it must be an Npgsql connection string")]
    [TestCase("RabbitMQ", "amqp://a:b:secret@db:5672/x", "ROOST__RABBITMQ is wrong: it must be a URI such as amqp://user:password@host:5672/%2f")]
    [TestCase("Postgres", "Host=db;Multiplexing=true;Password=secret", "ROOST__POSTGRES is wrong: it must be an Npgsql connection string")]
    [TestCase("Redis", "secret", "ROOST__REDIS is wrong: it must be host:port")]
    [TestCase("Redis", "redis://secret:6379", "ROOST__REDIS is wrong: it must be host:port")]
    [TestCase("Redis", "a secret:6379", "ROOST__REDIS is wrong: it must be host:port")]
    [TestCase("Http", "secret", "ROOST__HTTP is wrong: it must be a URI that begins with http")]
    [TestCase("Http", "http://secret.invalid:9099", "ROOST__HTTP is wrong: it must be http, an address of this machine and a port")]
    [TestCase("Http", "http://127.0.0.1:9099/secret", "ROOST__HTTP is wrong: it must be http, an address of this machine and a port")]
    [TestCase("Operations", "http://secret.invalid:9099", "ROOST__OPERATIONS is wrong: it must be http, an address of this machine and a port")]
    [TestCase("Reservation:Postgres", "secret", "ROOST__RESERVATION__POSTGRES is wrong: it must be an Npgsql connection string")]
    [TestCase("StartWithin", "soon", "ROOST__STARTWITHIN is wrong: it must be a whole number from 1 to 3600")]
    public void The_line_names_its_key_and_not_its_value(string key, string? value, string line)
    {
        var refusal = Assert.Throws<CannotStart>(() => Read(new(complete) { [$"Roost:{key}"] = value }));

        Assert.That(refusal.Message, Does.StartWith(line).And.Not.Contain("secret"));
    }

    [TestCase("http://127.0.0.1:8080")]
    [TestCase("http://0.0.0.0:8080")]
    [TestCase("http://[::1]:8080")]
    [TestCase("http://localhost:8080")]
    public void An_address_of_this_machine_can_be_listened_on(string address) =>
        Assert.That(Read(new(complete) { ["Roost:Http"] = address }).Http, Is.EqualTo(new Uri(address)));

    [TestCase("127.0.0.1:6379")]
    [TestCase("[::1]:6379")]
    [TestCase("cache.internal:6379")]
    public void A_name_or_an_address_of_the_cache_is_taken(string cache) =>
        Assert.That(Read(new(complete) { ["Roost:Redis"] = cache }).Redis, Is.EqualTo(cache));

    [TestCase("sk_test_secret\n")]
    [TestCase("sk_test secret")]
    [TestCase("sk_secrét")]
    public void A_token_that_no_header_can_carry_is_refused_at_the_start(string token)
    {
        var given = new Settings(new ConfigurationBuilder().AddInMemoryCollection([new("Roost:Stripe:Key", token)]).Build(), "Roost.Payment");

        var refusal = Assert.Throws<CannotStart>(() => given.RequiredToken("Stripe:Key"));

        Assert.That(refusal.Message, Does.StartWith("ROOST__STRIPE__KEY is wrong: it must be one line").And.Not.Contain("secr"));
    }

    /// <summary>P-29: a standby may be behind.</summary>
    [Test]
    public void Of_several_database_servers_only_the_one_that_takes_writes_is_read()
    {
        var settings = Read(new(complete) { ["Roost:Postgres"] = "Host=db,standby;Username=roost;Password=secret;Database=roost" });

        Assert.That(new Npgsql.NpgsqlConnectionStringBuilder(settings.Postgres).TargetSessionAttributes, Is.EqualTo("read-write"));
    }

    [Test]
    public void An_endpoints_own_value_wins_over_the_common_one()
    {
        var settings = Read(new(complete) { ["Roost:Reservation:Postgres"] = "Host=own;Database=reservation", ["Roost:Payment:Postgres"] = "Host=other" });

        Assert.That(settings.Postgres, Does.StartWith("Host=own;Database=reservation"));
    }

    static PlatformSettings Read(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return PlatformSettings.Read(new Settings(configuration, "Roost.Reservation"), "Roost.Reservation", "reservation");
    }
}
