using Npgsql;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>P-66: whatever the broker repeats has one effect.</summary>
public sealed class When_a_message_comes_many_times
{
    [Test]
    public async Task Two_hundred_copies_at_once_have_one_effect()
    {
        await using var world = await World.Create("copies");
        await world.Database.Execute("create table effect (id uuid not null)");
        await world.DeclareQueue("other");
        await world.Start("Once", (endpoint, routing) =>
        {
            endpoint.AddHandler<NoteItDown>();
            endpoint.LimitMessageProcessingConcurrencyTo(16);
            routing.RouteToEndpoint(typeof(Noted), "other");
        });
        var letter = new Letter("{}", typeof(Note));

        await letter.SendTo(world, "Once", times: 200);

        await Eventually.Is(
            async () => await world.Broker.Queue("Once") is { } queue && queue.GetProperty("messages").GetInt32() == 0,
            TimeSpan.FromSeconds(60));
        await Eventually.Is(
            async () => await world.Database.Value<long>("""select count(*) from "Once_OutboxData" where "Dispatched" """) == 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await world.Database.Value<long>("select count(*) from effect"), Is.EqualTo(1));
            Assert.That(await world.Broker.Depth("error"), Is.Zero);
            Assert.That(await DifferentMessagesIn(world, "other"), Is.EqualTo(1), "a repeated sending keeps its id");
        }
    }

    static async Task<int> DifferentMessagesIn(World world, string queue)
    {
        var ids = new HashSet<string>();
        while (await world.Broker.Take(queue) is { } message) ids.Add(message.BasicProperties.MessageId!);
        return ids.Count;
    }

    public sealed record Note : ICommand;

    public sealed record Noted : ICommand;

    public sealed class NoteItDown : IHandleMessages<Note>
    {
        public async Task Handle(Note message, IMessageHandlerContext context)
        {
            var session = context.SynchronizedStorageSession.SqlPersistenceSession();
            await using var insert = new NpgsqlCommand(
                "insert into effect values (gen_random_uuid())", (NpgsqlConnection)session.Connection, (NpgsqlTransaction)session.Transaction);
            await insert.ExecuteNonQueryAsync(context.CancellationToken);
            await context.Send(new Noted());
        }
    }
}
