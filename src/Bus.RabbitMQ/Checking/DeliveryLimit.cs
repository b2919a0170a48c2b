using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using NServiceBus;
using Roost.Bus.RabbitMQ.Connecting;

namespace Roost.Bus.RabbitMQ.Checking;

/// <summary>
/// A broker that drops a message after so many deliveries must allow more of them than we ever make. From version 4 on a quorum queue drops
/// after 20 unless a policy says otherwise; before that it never does unless somebody asked for it.
/// </summary>
static class DeliveryLimit
{
    const int Enough = 100_000;
    const string Argument = "x-delivery-limit";
    const string PolicyKey = "delivery-limit";
    const int Retries = 20;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task MakeSure(BrokerSettings settings, string queue, Version broker, ILogger log, CancellationToken ct)
    {
        var dropsByDefault = broker.Major >= 4;
        // Asking an old broker is worth it only where its management API is known to be there.
        if (!settings.ValidateDeliveryLimits || !(dropsByDefault || settings.Management is not null)) return;

        using var management = new ManagementApi(settings);
        try
        {
            await Check(management, settings.Address.VirtualHost, queue, dropsByDefault, log, ct);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            var unknown = $"The delivery limit of queue {queue} is not known, because the management API at {management.Url} cannot be asked ({e.Message}).";
            if (dropsByDefault)
                throw new InvalidOperationException(
                    $"{unknown} This broker (version {broker}) drops a message after 20 deliveries unless a policy says otherwise. Make the API " +
                    $"reachable; or set the policy 'delivery-limit' to {Enough} for the queue yourself and {nameof(RabbitMQTransport.ValidateDeliveryLimits)} to false.", e);
            log.LogWarning("{Unknown} Make sure that no policy limits it.", unknown);
        }
    }

    static async Task Check(ManagementApi management, string vhost, string queue, bool dropsByDefault, ILogger log, CancellationToken ct)
    {
        var found = await Described(management, vhost, queue, ct);
        if (found is not { } description || Text(description, "type") != "quorum") return;

        if (Number(description, "arguments", Argument) is { } fixedLimit) Refuse(queue, fixedLimit, $"its argument {Argument}");
        if (Number(description, "effective_policy_definition", PolicyKey) is { } limit)
        {
            Refuse(queue, limit, $"policy '{Text(description, "policy")}'");
            return;
        }
        if (!dropsByDefault) return;

        // Only one policy applies to a queue: ours would silently switch the other one off.
        if (Text(description, "policy") is { Length: > 0 } other)
            throw new InvalidOperationException($"Queue {queue}: add \"{PolicyKey}\": {Enough} to policy '{other}', else the broker drops messages after 20 deliveries.");
        await management.SetPolicy(vhost, $"nsb.{queue}.delivery-limit", new
        {
            pattern = $"^{Regex.Escape(queue)}$",
            definition = new Dictionary<string, int> { [PolicyKey] = Enough },
            priority = 0,
            applyTo = "quorum_queues",
        }, ct);
        log.LogInformation("Queue {Queue} may now be delivered {Limit} times before the broker drops a message.", queue, Enough);
    }

    /// <summary>Of a queue just made the broker does not know at once which policy applies: it says null and means "ask again".</summary>
    static async Task<JsonElement?> Described(ManagementApi management, string vhost, string queue, CancellationToken ct)
    {
        var description = await management.Queue(vhost, queue, ct);
        for (var again = 0; again < Retries && IsUndecided(description); again++)
        {
            await Task.Delay(Pause, ct);
            description = await management.Queue(vhost, queue, ct);
        }
        return description;
    }

    static bool IsUndecided(JsonElement? queue) =>
        queue is { } found && found.TryGetProperty("effective_policy_definition", out var definition) && definition.ValueKind == JsonValueKind.Null;

    static void Refuse(string queue, int limit, string where)
    {
        // -1 stands for no limit.
        if (limit is >= 0 and < Enough)
            throw new InvalidOperationException(
                $"Queue {queue} drops messages after {limit} deliveries ({where}); retries would lose them. It must be at least {Enough}.");
    }

    static string Text(JsonElement of, string property) =>
        of.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // An empty object may come as an empty array: the broker's language does not tell them apart.
    static int? Number(JsonElement of, string group, string property) =>
        of.TryGetProperty(group, out var values) && values.ValueKind == JsonValueKind.Object
        && values.TryGetProperty(property, out var value) && value.TryGetInt32(out var number) ? number : null;
}
