using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Roost.Contracts;
using Roost.Platform.Checking;

namespace Roost.Web.Pinging;

/// <summary>Proof that the parts talk: a command to another endpoint, its answer through queue, outbox and database, and how long that took.</summary>
public static class PingEndpoint
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan lookEvery = TimeSpan.FromMilliseconds(5);

    public static void MapPing(this IEndpointRouteBuilder routes) => routes.MapOperations().MapPost("/ops/ping", Ping);

    static async Task<Results<Ok<Answer>, ProblemHttpResult>> Ping(IMessageSession bus, NpgsqlDataSource database, CancellationToken ct)
    {
        var pingId = Guid.CreateVersion7();
        var sent = Stopwatch.StartNew();
        await bus.Send(new Ping(pingId), ct);

        using var look = new PeriodicTimer(lookEvery);
        while (sent.Elapsed < patience)
        {
            if (await TakeAnswer(database, pingId, ct) is { } handledBy)
                return TypedResults.Ok(new Answer(Math.Round(sent.Elapsed.TotalMilliseconds, 1), handledBy));
            await look.WaitForNextTickAsync(ct);
        }
        return TypedResults.Problem($"no answer within {patience.TotalSeconds:0} s", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<string?> TakeAnswer(NpgsqlDataSource database, Guid pingId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from web.pongs where ping_id = @ping_id returning handled_by");
        command.Parameters.AddWithValue("ping_id", pingId);
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    sealed record Answer(double RoundTripMs, string HandledBy);
}
