using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>P-19, P-23: what must never be is looked for while the product runs, and not by tests alone.</summary>
public sealed class When_the_nights_stop_adding_up
{
    const string ServiceControl = "Particular.ServiceControl";

    [Test]
    public async Task The_metrics_the_log_and_the_platform_say_so_with_the_ids_and_until_it_is_over()
    {
        await using var calendar = await CalendarAtWork.Start(
            DeclareServiceControl, new Dictionary<string, string?> { ["ROOST__SERVICECONTROL"] = ServiceControl, ["ROOST__INVARIANTSECONDS"] = "1" });
        var home = await calendar.Unit(UnitKind.Home, capacity: 1);
        await Eventually.Sees(() => Violations(calendar), count => count == 0);
        Assert.That((await Report(calendar, "\"HasFailed\":false")).GetProperty("CustomCheckId").GetString(), Is.EqualTo("The nights add up"));

        await calendar.Database.DropTheConstraint();
        await calendar.Database.Execute($"insert into calendar.nights (unit_id, night, capacity, booked) values ('{home}', '{June(1):O}', 1, 2)");

        await Eventually.Sees(() => Violations(calendar), count => count == 2);
        await Eventually.Is(() => calendar.Process.Output.Contains("The nights do not add up"), describe: () => calendar.Process.Output);
        var line = calendar.Process.Output.Split('\n').First(it => it.Contains("do not add up"));
        Assert.That(line, Does.Contain($"nothing is taken beyond its capacity: unit {home} night {June(1):O}").And.Contain("counters are the sum of the claims"));
        var reason = (await Report(calendar, "\"HasFailed\":true")).GetProperty("FailureReason").GetString();
        Assert.That(reason, Does.StartWith("2 violations").And.Contain($"{home}"));

        await calendar.Database.Execute($"delete from calendar.nights where unit_id = '{home}'");
        await Eventually.Sees(() => Violations(calendar), count => count == 0);
    }

    /// <summary>Null until the first look.</summary>
    static async Task<int?> Violations(CalendarAtWork calendar)
    {
        using var http = new HttpClient { BaseAddress = calendar.Address };
        var metrics = await http.GetStringAsync("/metrics");
        var line = metrics.Split('\n').FirstOrDefault(it => it.StartsWith("roost_invariant_violations ", StringComparison.Ordinal));
        return line is null ? null : int.Parse(line.Split(' ')[1]);
    }

    /// <summary>The next report of a check that says this; heartbeats lie in the same queue.</summary>
    static async Task<JsonElement> Report(CalendarAtWork calendar, string saying)
    {
        var body = await Eventually.Sees(
            async () => await calendar.Vhost.Take(ServiceControl) is { } taken ? Encoding.UTF8.GetString(taken.Body.Span) : "",
            body => body.Contains("CustomCheckId") && body.Contains(saying));
        return JsonDocument.Parse(body.TrimStart('\uFEFF')).RootElement;
    }

    static async Task DeclareServiceControl(Rabbit.Vhost vhost)
    {
        await using var connection = await vhost.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(
            ServiceControl, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.ExchangeDeclareAsync(ServiceControl, ExchangeType.Fanout, durable: true);
        await channel.QueueBindAsync(ServiceControl, ServiceControl, "");
    }
}
