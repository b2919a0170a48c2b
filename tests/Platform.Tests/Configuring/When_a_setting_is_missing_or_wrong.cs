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
    [TestCase("Redis", "secret", "ROOST__REDIS is wrong: it must be host:port")]
    [TestCase("Http", "secret", "ROOST__HTTP is wrong: it must be a URI that begins with http")]
    [TestCase("StartWithin", "soon", "ROOST__STARTWITHIN is wrong: it must be a whole number from 1 to 3600")]
    public void The_line_names_its_key_and_not_its_value(string key, string? value, string line)
    {
        var refusal = Assert.Throws<CannotStart>(() => Read(new(complete) { [$"Roost:{key}"] = value }));

        Assert.That(refusal.Message, Does.StartWith(line).And.Not.Contain("secret"));
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
