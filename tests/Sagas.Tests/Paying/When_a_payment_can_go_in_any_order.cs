using Roost.Contracts;
using Roost.Payment.Paying;
using static Roost.Sagas.Tests.Paying.PaymentWorld;

namespace Roost.Sagas.Tests.Paying;

/// <summary>
/// Every reachable state of a payment is visited, whatever the order of the bank's word, the guest's, the booking's wishes and the messages between them, one of
/// which may come twice.
/// </summary>
[Parallelizable(ParallelScope.All)]
[Property("Pitfall", "P-33, P-34, P-47, P-59, P-69")]
public sealed class When_a_payment_can_go_in_any_order
{
    [TestCase(Act.BankApproves, Act.BankDeclines, Act.Abandon, Act.Void)]
    [TestCase(Act.BankAsksGuest, Act.GuestPasses, Act.GuestFails, Act.Abandon)]
    [TestCase(Act.BankAsksGuest, Act.GuestPasses, Act.Abandon, Act.Void)]
    [TestCase(Act.BankApproves, Act.Capture, Act.Void, Act.RefundSome)]
    [TestCase(Act.BankApproves, Act.Capture, Act.RefundSome, Act.RefundAll)]
    [TestCase(Act.BankApproves, Act.Capture, Act.HoldLapses, Act.Void)]
    [TestCase(Act.BankApproves, Act.Capture, Act.HoldLapses, Act.RefundAll)]
    public async Task Money_and_words_agree_in_the_end(params Act[] acts)
    {
        var (states, ends) = (0, new SortedDictionary<string, int>());
        await foreach (var world in Exploration.Of(PaymentWorld.Start(), acts))
        {
            states++;
            NothingContradicts(world);
            if (world.Told.Count == 0 || world.Bag.HasPending(world.IsDue) || acts.Any(world.CanHappen)) continue;

            ends[$"{world.Saga.Stage}"] = ends.GetValueOrDefault($"{world.Saga.Stage}") + 1;
            EverythingIsSettled(world);
        }

        TestContext.Out.WriteLine($"{states} states, ends: {string.Join(", ", ends)}");
        Assert.That(ends, Has.Count.GreaterThan(1), "the exploration reached more than one kind of end");
    }

    /// <summary>Holds at every instant.</summary>
    static void NothingContradicts(PaymentWorld world)
    {
        var decided = world.Told.Contains(nameof(PaymentAuthorized)) && world.Told.Contains(nameof(PaymentDeclined));
        Assert.That(decided && !world.Done.Contains(Act.Void) && !world.Done.Contains(Act.HoldLapses) && !world.Refunds.ContainsKey($"{All}"), Is.False,
            () => $"authorized and declined after {world.Story}");
        Assert.That(world.Refunded, Is.LessThanOrEqualTo(world.Taken), () => $"{world.Story}");
        if (world.Told.Contains(nameof(PaymentVoided)))
            Assert.That(Kept(world), Is.Zero, () => $"told as voided while {Kept(world)} is kept after {world.Story}");
        if (world.Told.Contains(nameof(PaymentDeclined)))
            Assert.That(Kept(world), Is.Zero, () => $"told as declined while {Kept(world)} is kept after {world.Story}");
    }

    static void EverythingIsSettled(PaymentWorld world)
    {
        var (told, voided) = (world.Told, world.Done.Contains(Act.Void));
        Assert.Multiple(() =>
        {
            Assert.That(told.Contains(nameof(PaymentAuthorized)) || told.Contains(nameof(PaymentDeclined)) || Waits(world), () => $"no word after {world.Story}");
            Assert.That(told.Contains(nameof(PaymentVoided)), Is.EqualTo(voided), () => $"voided or not after {world.Story}");
            foreach (var (act, id) in new[] { (Act.RefundSome, Some), (Act.RefundAll, All) })
                Assert.That(world.Refunds.ContainsKey($"{id}"), Is.EqualTo(world.Done.Contains(act)), () => $"{act} has an answer after {world.Story}");
            if (!voided && world.Done.Contains(Act.Capture) && !world.Done.Contains(Act.HoldLapses))
                Assert.That(Kept(world), Is.EqualTo(Price.Amount - Accepted(world)), () => $"what is kept after {world.Story}");
            if (world.Saga.Stage is PaymentSaga.Stage.Lapsed && !voided) Assert.That(told, Does.Contain(nameof(PaymentNeedsStaff)));
        });
    }

    /// <summary>Nobody has abandoned a guest who has not come back from his bank.</summary>
    static bool Waits(PaymentWorld world) => world.Standing is Standing.GuestMustAct && !world.Saga.NobodyWaits();

    static long Kept(PaymentWorld world) => world.Standing switch
    {
        Standing.Held => Price.Amount,
        Standing.Taken => world.Taken - world.Refunded,
        _ => 0,
    };

    static long Accepted(PaymentWorld world) =>
        (world.Refunds.GetValueOrDefault($"{Some}") == "refunded" ? Part.Amount : 0) + (world.Refunds.GetValueOrDefault($"{All}") == "refunded" ? Price.Amount : 0);
}
