using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Roost.Contracts;
using Roost.Servers;

namespace Roost.Benchmarks.Holds;

/// <summary>
/// The endpoint as a process of its own; guests send it commands over RabbitMQ and wait for their answers. They use the bare client, so
/// that the machine is spent on the product and not on whoever measures it.
/// </summary>
sealed class AtEndpoint : IAsyncDisposable
{
    const int Guests = 2000;
    const string Answers = "bench.answers";

    readonly Rabbit.Vhost vhost;
    ChildProcess? process;

    AtEndpoint(Rabbit.Vhost vhost) => this.vhost = vhost;

    public static async Task<AtEndpoint> Start(Postgres.Database database)
    {
        var endpoint = new AtEndpoint(await Rabbit.NewVhost("holds"));
        try
        {
            await endpoint.StartProcess(database);
            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync();
            throw;
        }
    }

    async Task StartProcess(Postgres.Database database)
    {
        var program = Path.Combine(Repository.Root, "endpoints", "Calendar", "bin", Configuration, "net10.0", "Roost.Calendar.dll");
        var port = Ports.Free();
        var settings = new Dictionary<string, string?>
        {
            ["ROOST__POSTGRES"] = database.ConnectionString,
            ["ROOST__RABBITMQ"] = vhost.Amqp,
            ["ROOST__HTTP"] = $"http://127.0.0.1:{port}",
            ["ROOST__LOGS"] = null,
        };
        process = ChildProcess.Start(program, environment: settings, folder: Path.GetDirectoryName(program));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.Is(
            async () => process.HasExited || (await http.GetAsync("/health/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(120), () => process.Output);
    }

    /// <summary>Each guest sends its next command when the last one is answered.</summary>
    public async Task<Speed> Measure(Guid[] units, CancellationToken ct)
    {
        await using var connection = await vhost.Connect();
        await using var sending = await connection.CreateChannelAsync(cancellationToken: ct);
        await using var receiving = await connection.CreateChannelAsync(cancellationToken: ct);
        await DeclareAnswers(receiving, ct);
        using var oneAtATime = new SemaphoreSlim(1);
        var waiting = new ConcurrentDictionary<string, TaskCompletionSource>();

        var ears = new AsyncEventingBasicConsumer(receiving);
        ears.ReceivedAsync += (_, delivery) =>
        {
            if (waiting.TryRemove(delivery.BasicProperties.CorrelationId ?? "", out var guest)) guest.SetResult();
            return Task.CompletedTask;
        };
        await receiving.BasicConsumeAsync(Answers, autoAck: true, ears, ct);

        await Load.Of(Guests, Guest, ct); // a process that has just started compiles as it goes: not what is measured
        return await Load.Of(Guests, Guest, ct, TimeSpan.FromSeconds(8));

        Task<Func<Task>> Guest(int guest)
        {
            var random = new Random(guest);
            return Task.FromResult<Func<Task>>(async () =>
            {
                var command = Wish.Next(units, random);
                var id = command.HoldId.ToString();
                var answered = waiting[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await oneAtATime.WaitAsync(ct);
                try
                {
                    var body = JsonSerializer.SerializeToUtf8Bytes(command);
                    await sending.BasicPublishAsync("Roost.Calendar", "", mandatory: false, Properties(id), body, ct);
                }
                finally
                {
                    oneAtATime.Release();
                }
                await answered.Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
            });
        }
    }

    static BasicProperties Properties(string id) => new()
    {
        MessageId = id,
        CorrelationId = id,
        Persistent = true,
        ContentType = "application/json",
        Type = typeof(HoldNights).FullName,
        ReplyTo = Answers,
    };

    static async Task DeclareAnswers(IChannel channel, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Answers, ExchangeType.Fanout, durable: true, cancellationToken: ct);
        await channel.QueueDeclareAsync(Answers, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
        await channel.QueueBindAsync(Answers, Answers, "", cancellationToken: ct);
    }

    static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        await vhost.DisposeAsync();
    }
}
