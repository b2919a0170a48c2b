using Microsoft.Extensions.DependencyInjection;
using Roost.Bus.Tests.Running;
using Roost.Bus.Transport;
using Roost.Servers;

namespace Roost.Bus.Tests.Sagas;

public sealed class When_messages_look_for_their_saga
{
    readonly List<string> seen = [];
    Postgres.Database database = null!;
    Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task An_endpoint_with_two_sagas_and_a_handler()
    {
        database = await Postgres.NewDatabase("sagarules");
        workshop = await Workshop.Open((endpoint, _) =>
        {
            endpoint.AddSaga<Stay>();
            endpoint.AddSaga<Other>();
            endpoint.AddSaga<Numbered>();
            endpoint.AddHandler<Bystander>();
            endpoint.StoreIn(database);
        }, services => services.AddSingleton(seen));
    }

    [OneTimeTearDown]
    public async Task End()
    {
        await workshop.DisposeAsync();
        await database.DisposeAsync();
    }

    [SetUp]
    public void Nothing_seen()
    {
        seen.Clear();
        workshop.Sent.Clear();
    }

    [Test]
    public async Task The_first_starts_it_and_the_next_finds_it()
    {
        await Deliver("start", new Begin("s1"));
        await Deliver("next", new Next("s1"));

        Assert.That(seen, Is.EqualTo(new[] { "begin s1 0", "next s1 1" }));
    }

    [Test]
    public async Task A_message_that_may_not_start_one_is_told_to_the_not_found_handler()
    {
        var settlement = await Deliver("lost", new Next("nobody"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(settlement, Is.EqualTo(Settlement.Done));
            Assert.That(seen, Is.EqualTo(new[] { "not found nobody" }));
            Assert.That(await Stays("nobody"), Is.Zero);
        }
    }

    /// <summary>P-71: what is still on its way when a saga has ended makes no ghost.</summary>
    [Test]
    public async Task After_its_end_late_messages_timeouts_and_answers_find_nothing_and_start_nothing()
    {
        await Deliver("start", new Begin("s2"));
        var timeout = workshop.Sent.Single(sent => sent.DelayDeliveryFor is not null);
        await Deliver("end", new Next("s2", End: true));
        seen.Clear();

        await Deliver("late", new Next("s2"));
        await workshop.Deliver("{}", typeof(Tick), timeout.Headers);
        await Deliver("answer", new Begin("s2"), new()
        {
            ["NServiceBus.SagaId"] = timeout.Headers["NServiceBus.SagaId"],
            ["NServiceBus.SagaType"] = timeout.Headers["NServiceBus.SagaType"],
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen, Is.EqualTo(new[] { "not found s2", "not found s2" }), "the timeout is not even told of");
            Assert.That(await Stays("s2"), Is.Zero);
        }
    }

    [Test]
    public async Task A_saga_that_ends_with_its_first_message_is_never_stored()
    {
        await Deliver("start", new Begin("s3", End: true));

        Assert.That(await Stays("s3"), Is.Zero);
    }

    [Test]
    public async Task A_timeout_reaches_only_the_saga_that_asked_for_it_and_no_ordinary_handler()
    {
        await Deliver("start", new Begin("s4"));
        await Deliver("start other", new BeginOther("s4"));
        var ofStay = workshop.Sent.First(sent => sent.Headers["NServiceBus.SagaType"].Contains(nameof(Stay)));
        seen.Clear();

        await workshop.Deliver("{}", typeof(Tick), ofStay.Headers);

        Assert.That(seen, Is.EqualTo(new[] { "tick of stay s4" }));
    }

    [Test]
    public async Task The_same_type_as_a_plain_message_reaches_no_timeout_handler()
    {
        await workshop.Deliver("{}", typeof(Tick));

        Assert.That(seen, Is.EqualTo(new[] { "bystander" }));
    }

    /// <summary>A saga that asked for a timeout and has changed since; or whose timeout type somebody sends as a message.</summary>
    [TestCase(typeof(Alarm), null, TestName = "A_message_of_a_type_that_only_timeouts_have_is_ignored")]
    [TestCase(typeof(ByHeader), "True", TestName = "A_timeout_of_a_type_that_is_no_timeout_any_more_is_ignored")]
    public async Task What_is_for_nobody_any_more_is_ignored(Type type, string? isTimeout)
    {
        var headers = new Dictionary<string, string> { ["NServiceBus.SagaId"] = Guid.NewGuid().ToString(), ["NServiceBus.SagaType"] = "Gone, Elsewhere" };
        if (isTimeout is not null) headers["NServiceBus.IsSagaTimeoutMessage"] = isTimeout;

        var settlement = await workshop.Deliver("{}", type, headers, attempt: 1000);

        Assert.That((settlement, seen.Count, workshop.Sent.Count), Is.EqualTo((Settlement.Done, 0, 0)));
    }

    [Test]
    public async Task A_state_that_cannot_be_read_sends_the_message_to_the_error_queue_at_once()
    {
        await Deliver("start", new Begin("s9"));
        await database.Execute("""update "Workshop_Stay" set "Data" = '{"Key": "s9", "Steps": "many"}' where "Correlation_Key" = 's9'""");
        workshop.Sent.Clear();

        var settlement = await Deliver("next", new Next("s9"));

        Assert.That((settlement, workshop.Sent.Single().Destination), Is.EqualTo((Settlement.Done, "error")));
        Assert.That(workshop.Sent.Single().Headers["NServiceBus.ExceptionInfo.ExceptionType"], Does.EndWith("SerializationException"));
        Assert.That(await Stays("s9"), Is.EqualTo(1), "a person may still mend it");
    }

    [Test]
    public async Task An_event_is_found_by_its_property_whatever_saga_its_publisher_was()
    {
        await Deliver("start", new Begin("s5"));
        seen.Clear();

        await Deliver(
            "event", new Next("s5"),
            new() { ["NServiceBus.SagaId"] = Guid.NewGuid().ToString(), ["NServiceBus.MessageIntent"] = "Publish" });

        Assert.That(seen, Is.EqualTo(new[] { "next s5 1" }));
    }

    [Test]
    public async Task A_changed_correlation_property_fails_the_message_and_leaves_the_state()
    {
        await Deliver("start", new Begin("s6"));

        var settlement = await Deliver("change", new Next("s6", NewKey: "s7"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(settlement, Is.EqualTo(Settlement.Requeue));
            Assert.That((await Stays("s6"), await Stays("s7")), Is.EqualTo((1, 0)));
        }
    }

    /// <summary>Nothing was found by a default value yet: the first handler may know the right one.</summary>
    [Test]
    public async Task A_saga_that_began_without_a_number_may_be_given_one()
    {
        var settlement = await Deliver("start", new Register(Number: 0, Becomes: 7));

        await Deliver("again", new Register(Number: 7, Becomes: 7));

        Assert.That((settlement, seen), Is.EqualTo((Settlement.Done, new[] { "register 0", "register 7" })));
        Assert.That(await database.Value<long>("""select count(*) from "Workshop_Numbered" """), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_without_the_property_fails() =>
        Assert.That(await Deliver("null", new Begin(null!)), Is.EqualTo(Settlement.Requeue));

    /// <summary>It names the saga by its id, so it need not say again what the saga is about, even if a message of its type may also start one.</summary>
    [TestCase("NServiceBus.OriginatingSagaType", TestName = "An_answer_without_the_property_finds_the_saga_that_it_names")]
    [TestCase(null, TestName = "An_answer_without_the_property_finds_the_saga_whose_id_it_has")]
    public async Task An_answer_finds_its_saga_by_the_id(string? type)
    {
        var key = type is null ? "s10" : "s11";
        await Deliver("start", new Begin(key));
        var asked = workshop.Sent.Single().Headers;
        var headers = new Dictionary<string, string> { ["NServiceBus.SagaId"] = asked["NServiceBus.OriginatingSagaId"] };
        if (type is not null) headers["NServiceBus.SagaType"] = asked[type];

        var settlement = await Deliver("answer", new Begin(null!), headers);

        Assert.That((settlement, seen.Last()), Is.EqualTo((Settlement.Done, $"begin {key} 1")));
    }

    [Test]
    public async Task A_header_can_be_what_finds_it()
    {
        await Deliver("start other", new BeginOther("s8"));
        seen.Clear();

        await Deliver("by header", new ByHeader(), new() { ["Key"] = "s8" });

        Assert.That(seen, Is.EqualTo(new[] { "by header s8" }));
    }

    Task<long> Stays(string key) => database.Value<long>($"""select count(*) from "Workshop_Stay" where "Correlation_Key" = '{key}' """);

    Task<Settlement> Deliver(string id, object message, Dictionary<string, string>? headers = null) => workshop.Deliver(
        System.Text.Json.JsonSerializer.Serialize(message), message.GetType(),
        new(headers ?? []) { ["NServiceBus.MessageId"] = $"{id} {Guid.NewGuid()}" });

    public sealed record Begin(string Key, bool End = false) : ICommand;

    public sealed record BeginOther(string Key) : ICommand;

    public sealed record Register(int Number, int Becomes) : ICommand;

    public sealed record Next(string Key, bool End = false, string? NewKey = null) : IMessage;

    public sealed record ByHeader : ICommand;

    public sealed record Tick : IMessage;

    public sealed record Alarm;

    public sealed class Stay(List<string> seen) : Saga<Stay.State>, IAmStartedByMessages<Begin>, IHandleMessages<Next>, IHandleTimeouts<Tick>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper)
        {
            mapper.ConfigureNotFoundHandler<Lost>();
            mapper.MapSaga(state => state.Key).ToMessage<Begin>(message => message.Key).ToMessage<Next>(message => message.Key);
        }

        public Task Handle(Begin message, IMessageHandlerContext context)
        {
            seen.Add($"begin {Data.Key} {Data.Steps++}");
            if (message.End) MarkAsComplete();
            return RequestTimeout<Tick>(context, TimeSpan.FromMinutes(1));
        }

        public Task Handle(Next message, IMessageHandlerContext context)
        {
            seen.Add($"next {Data.Key} {Data.Steps++}");
            if (message.End) MarkAsComplete();
            if (message.NewKey is not null) Data.Key = message.NewKey;
            return Task.CompletedTask;
        }

        public Task Timeout(Tick state, IMessageHandlerContext context)
        {
            seen.Add($"tick of stay {Data.Key}");
            return Task.CompletedTask;
        }

        public sealed class State : ContainSagaData
        {
            public string Key { get; set; } = "";
            public int Steps { get; set; }
        }
    }

    public sealed class Other(List<string> seen) : Saga<Other.State>, IAmStartedByMessages<BeginOther>, IHandleMessages<ByHeader>, IHandleTimeouts<Tick>, IHandleTimeouts<Alarm>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) => mapper.MapSaga(state => state.Key)
            .ToMessage<BeginOther>(message => message.Key).ToMessageHeader<ByHeader>("Key");

        public Task Handle(BeginOther message, IMessageHandlerContext context) => RequestTimeout<Tick>(context, TimeSpan.FromMinutes(1));

        public Task Handle(ByHeader message, IMessageHandlerContext context)
        {
            seen.Add($"by header {Data.Key}");
            return Task.CompletedTask;
        }

        public Task Timeout(Tick state, IMessageHandlerContext context)
        {
            seen.Add("tick of other");
            return Task.CompletedTask;
        }

        public Task Timeout(Alarm state, IMessageHandlerContext context)
        {
            seen.Add("alarm");
            return Task.CompletedTask;
        }

        public sealed class State : ContainSagaData
        {
            public string Key { get; set; } = "";
        }
    }

    public sealed class Numbered(List<string> seen) : Saga<Numbered.State>, IAmStartedByMessages<Register>
    {
        protected override void ConfigureHowToFindSaga(SagaPropertyMapper<State> mapper) =>
            mapper.MapSaga(state => state.Number).ToMessage<Register>(message => message.Number);

        public Task Handle(Register message, IMessageHandlerContext context)
        {
            seen.Add($"register {Data.Number}");
            Data.Number = message.Becomes;
            return Task.CompletedTask;
        }

        public sealed class State : ContainSagaData
        {
            public int Number { get; set; }
        }
    }

    public sealed class Lost(List<string> seen) : ISagaNotFoundHandler
    {
        public Task Handle(object message, IMessageProcessingContext context)
        {
            seen.Add($"not found {(message is Next next ? next.Key : ((Begin)message).Key)}");
            return Task.CompletedTask;
        }
    }

    public sealed class Bystander(List<string> seen) : IHandleMessages<Tick>
    {
        public Task Handle(Tick message, IMessageHandlerContext context)
        {
            seen.Add("bystander");
            return Task.CompletedTask;
        }
    }
}
