using System.Collections.Concurrent;
using NServiceBus.TransactionalSession;

namespace Roost.Payment.Calling;

/// <summary>
/// Makes the calls that were written down: claims them, asks Stripe with no transaction open, records what is known together with the message
/// that tells the saga. Dying at any point in between costs nothing: the step is claimed again, with the same key, and Stripe knows the key.
/// </summary>
public sealed class StripeCaller(DueSteps due, Teller teller, Bell bell, IServiceScopeFactory scopes, ILogger<StripeCaller> log) : BackgroundService
{
    /// <summary>Calls under way at once. A Stripe that stalls holds so many tasks, and no connection to anything of ours.</summary>
    const int Lanes = 64;

    static readonly TimeSpan LookWithoutBell = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<Guid, Task> calls = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var renewing = new Timer(_ => _ = StayAlive(), null, DueSteps.Lease / 3, DueSteps.Lease / 3);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Begin(stoppingToken) == 0) await bell.Wait(LookWithoutBell, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception trouble)
            {
                log.LogWarning(trouble, "Could not see which calls are due; looking again");
                await bell.Wait(LookWithoutBell, CancellationToken.None);
            }
        }
        // what was sent is heard out; nothing new is begun
        await Task.WhenAll(calls.Values);
    }

    async Task<int> Begin(CancellationToken ct)
    {
        var free = Lanes - calls.Count;
        if (free == 0) return 0;

        var claimed = await due.Claim(free, ct);
        foreach (var step in claimed) calls[step.StepId] = Call(step);
        return claimed.Count;
    }

    async Task Call(StripeStep step)
    {
        await Task.Yield(); // the loop goes on, and the step is in the list before it can leave it
        try
        {
            // A stop does not abort a call: its answer is worth waiting for.
            var word = await teller.Ask(step, CancellationToken.None);
            await Record(step, word);
        }
        catch (Exception trouble)
        {
            // Nothing is lost: the lease runs out and the step is called again with its key.
            log.LogWarning(trouble, "Step {Step} of payment {Payment} was called and not recorded", step.StepId, step.PaymentId);
        }
        finally
        {
            calls.TryRemove(step.StepId, out _);
            bell.Ring(); // a lane is free
        }
    }

    Task Record(StripeStep step, Word word) => word switch
    {
        // the first time that a look is needed, there is nothing to wait for
        NotYet { MustLook: true } when !step.MustLook =>
            due.Postpone(step.StepId, unknown: true, mustLook: true, TimeSpan.Zero, CancellationToken.None),
        NotYet later => due.Postpone(step.StepId, later.Unknown, later.MustLook, Wait(step), CancellationToken.None),
        NothingThere => due.BeginAgain(step.StepId, Wait(step), CancellationToken.None),
        _ => Tell(step, word),
    };

    async Task Tell(StripeStep step, Word word)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<ITransactionalSession>();
        await session.Open(new SqlPersistenceOpenSessionOptions());
        var steps = scope.ServiceProvider.GetRequiredService<Steps>();
        IMessage answer = word switch
        {
            Seen seen => seen.Answer,
            GivenBack given => given.Answer,
            NotGivenBack notGiven => notGiven.Answer,
            _ => throw new InvalidOperationException($"{word} is no answer."),
        };
        if (!await steps.Finish(step.StepId, answer, word.RequestId, CancellationToken.None)) return; // another process was quicker

        if (word is Seen(var picture, var intent, var secret)) await steps.Record(picture, intent, secret, CancellationToken.None);
        if (word is NotGivenBack) await steps.Unreserve(step.PaymentId, step.Amount.Amount, CancellationToken.None);
        await session.SendLocal(answer);
        await session.Commit();
    }

    async Task StayAlive()
    {
        try
        {
            if (!calls.IsEmpty) await due.Renew([.. calls.Keys], CancellationToken.None);
        }
        catch (Exception trouble)
        {
            log.LogWarning(trouble, "Could not renew the claims of {Calls} calls", calls.Count);
        }
    }

    /// <summary>A quarter of a second, doubling to half a minute; up to a quarter less, so that many steps do not come back together.</summary>
    static TimeSpan Wait(StripeStep step)
    {
        var wait = TimeSpan.FromMilliseconds(250 * (1L << Math.Min(step.Attempts - 1, 10)));
        return (wait < LongestWait ? wait : LongestWait) * (1 - Random.Shared.NextDouble() / 4);
    }
}
