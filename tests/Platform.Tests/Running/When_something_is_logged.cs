using System.Text.Json;
using Roost.Servers;

namespace Roost.Platform.Tests.Running;

public sealed class When_something_is_logged
{
    const string Email = "zebulon.quackenbush@canary.example";
    const string Phone = "+49 171 5550123";
    const string Card = "4242 4242 4242 4242";
    const string Name = "Zebulon Quackenbush";

    Specimen specimen = null!;
    string logs = null!;

    [SetUp]
    public async Task New()
    {
        specimen = await Specimen.WithServersOfItsOwn();
        logs = Directory.CreateTempSubdirectory("roost-logs-").FullName;
        specimen.Settings["ROOST__LOGS"] = logs;
    }

    [TearDown]
    public async Task Remove()
    {
        await specimen.DisposeAsync();
        Directory.Delete(logs, recursive: true);
    }

    [Test]
    public async Task Every_line_of_a_handler_carries_the_ids_of_request_and_message()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();
        endpoint.Http.DefaultRequestHeaders.Add("X-Request-Id", "request-0815");

        var work = await endpoint.Send();

        var line = JsonDocument.Parse(await endpoint.Process.Says($"Working on {work}")).RootElement.GetProperty("Properties");
        Assert.That(line.GetProperty("RequestId").GetString(), Is.EqualTo("request-0815"));
        Assert.That(line.GetProperty("MessageType").GetString(), Is.EqualTo("Roost.Specimen.Working.Work"));
        Assert.That(Guid.TryParse(line.GetProperty("MessageId").GetString(), out _));
        Assert.That(line.GetProperty("Endpoint").GetString(), Is.EqualTo("Roost.Specimen"));
    }

    [Test]
    public async Task The_line_about_the_request_carries_its_id_too_and_the_answer_names_it()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();

        using var answer = await endpoint.Http.PostAsync("/work", Json($$"""{"workId":"{{Guid.NewGuid()}}","milliseconds":0}"""));

        var id = answer.Headers.GetValues("X-Request-Id").Single();
        var line = JsonDocument.Parse(await endpoint.Process.Says("POST /work answered 202")).RootElement.GetProperty("Properties");
        Assert.That(line.GetProperty("RequestId").GetString(), Is.EqualTo(id));
    }

    // P-114
    [Test]
    public async Task Nothing_personal_is_in_it_wherever_it_was_planted()
    {
        var endpoint = await specimen.LaunchAndAwaitReady();
        var complaint = $"cannot reach {Email} or {Phone} about {Card}";

        await endpoint.Http.GetAsync($"/slow?milliseconds=1&guest={Uri.EscapeDataString(Name)}&email={Email}");
        await endpoint.Http.GetAsync($"/slow/{Uri.EscapeDataString(Name)}?phone={Uri.EscapeDataString(Phone)}");
        using (var complained = await endpoint.Http.PostAsync("/complain", Json($$"""{"workId":"{{Guid.NewGuid()}}","milliseconds":0,"complaint":"{{complaint}}"}""")))
            Assert.That((int)complained.StatusCode, Is.EqualTo(500));
        await endpoint.Http.PostAsync("/work", Json($$"""{"workId":"{{Name}}","milliseconds":0}"""));
        endpoint.Http.DefaultRequestHeaders.Add("X-Request-Id", Email);
        await endpoint.Send(complaint: complaint);
        await endpoint.Process.Says("cannot reach");
        await Eventually.Is(() => endpoint.Process.Lines.Count(l => l.Contains("cannot reach")) >= 2, describe: () => endpoint.Process.Output);

        endpoint.Process.Terminate();
        await endpoint.Process.WaitForExit(TimeSpan.FromSeconds(15));
        var file = string.Concat(Directory.GetFiles(logs, "Roost.Specimen-*.json").Select(File.ReadAllText));
        foreach (var written in new[] { endpoint.Process.Output, file })
        {
            Assert.That(written, Does.Contain("cannot reach [email] or [phone] about [card]"), "the complaint itself is there");
            foreach (var canary in new[] { Email, Phone, Card, Name, Uri.EscapeDataString(Name), "zebulon", "5550123" })
                Assert.That(written, Does.Not.Contain(canary).IgnoreCase);
        }
    }

    static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
