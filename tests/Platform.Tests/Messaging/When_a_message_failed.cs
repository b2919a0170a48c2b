using System.Net;
using System.Net.Sockets;
using Npgsql;
using Roost.Platform.Messaging;

namespace Roost.Platform.Tests.Messaging;

public sealed class When_a_message_failed
{
    static readonly Exception[] outages =
    [
        new NpgsqlException("Failed to connect", new SocketException((int)SocketError.ConnectionRefused)),
        Database("57P01"), // the administrator shuts it down
        Database("53300"), // too many connections
        new HttpRequestException("no route to the payment provider"),
        new HttpRequestException("bad gateway", null, HttpStatusCode.BadGateway),
        new InvalidOperationException("while holding nights", new SocketException((int)SocketError.ConnectionReset)),
    ];

    static readonly Exception[] mistakes =
    [
        Database("23505"), // a row that is there already
        Database("42P01"), // no such table
        Database("40P01"), // a deadlock is over at once: the usual retries are enough
        new HttpRequestException("your request is wrong", null, HttpStatusCode.BadRequest),
        new InvalidOperationException("a bug"),
        new TimeoutException("a bug that waits"),
    ];

    [TestCaseSource(nameof(outages))]
    public void An_outage_is_waited_out(Exception failure) => Assert.That(RetryPolicy.IsOutage(failure));

    [TestCaseSource(nameof(mistakes))]
    public void Anything_else_is_for_a_person_after_the_usual_retries(Exception failure) => Assert.That(RetryPolicy.IsOutage(failure), Is.False);

    static PostgresException Database(string sqlState) => new("", "ERROR", "ERROR", sqlState);
}
