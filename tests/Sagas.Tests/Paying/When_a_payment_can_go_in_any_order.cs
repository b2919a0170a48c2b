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
        var start = new PaymentWorld();
        start.Bag.Add(new AuthorizePayment(Id, Id, Id, Price, "pm_card_visa"));
        var seen = new HashSet<string> { start.Frozen() };
        var open = new Stack<(PaymentWorld, string)>([(start, start.Frozen())]);
        var ends = new SortedDictionary<string, int>();

        while (open.TryPop(out var reached))
        {
            var (world, frozen) = reached;
            NothingContradicts(world);
            var isEnd = true;
            foreach (var next in await Next(world, frozen, acts))
            {
                isEnd = false;
                var key = next.Frozen();
                if (seen.Add(key)) open.Push((next, key));
            }
            if (!isEnd || !(world.Told.Count > 0)) continue;

            ends[$"{world.Saga.Stage}"] = ends.GetValueOrDefault($"{world.Saga.Stage}") + 1;
            EverythingIsSettled(world);
        }

        TestContext.Out.WriteLine($"{seen.Count} states, ends: {string.Join(", ", ends)}");
        Assert.That(ends, Has.Count.GreaterThan(1), "the exploration reached more than one kind of end");
    }

    static async Task<List<PaymentWorld>> Next(PaymentWorld world, string frozen, Act[] acts)
    {
        var next = new List<PaymentWorld>();
        foreach (var act in acts.Where(world.CanHappen))
        {
            var copy = Thawed(frozen, world.Path);
            copy.Do(act);
            next.Add(copy);
        }
        for (var i = 0; i < world.Bag.Count; i++)
        {
            if (!world.IsDue(world.Bag[i])) continue;
            var copy = Thawed(frozen, world.Path);
            await copy.Deliver(copy.Bag[i], again: false);
            next.Add(copy);
            if (!world.MayDouble(world.Bag[i]) || world.Doubled.Count >= 1) continue;
            var doubled = Thawed(frozen, world.Path);
            await doubled.Deliver(doubled.Bag[i], again: true);
            next.Add(doubled);
        }
        return next;
    }

    /// <summary>Holds at every instant.</summary>
    static void NothingContradicts(PaymentWorld world)
    {
        var decided = world.Told.Contains(nameof(PaymentAuthorized)) && world.Told.Contains(nameof(PaymentDeclined));
        Assert.That(decided && !world.Done.Contains(Act.Void) && !world.Done.Contains(Act.HoldLapses) && !world.Refunds.ContainsKey($"{All}"), Is.False,
            () => $"authorized and declined after {Story(world)}");
        Assert.That(world.Refunded, Is.LessThanOrEqualTo(world.Taken), () => Story(world));
        if (world.Told.Contains(nameof(PaymentVoided)))
            Assert.That(Kept(world), Is.Zero, () => $"told as voided while {Kept(world)} is kept after {Story(world)}");
        if (world.Told.Contains(nameof(PaymentDeclined)))
            Assert.That(Kept(world), Is.Zero, () => $"told as declined while {Kept(world)} is kept after {Story(world)}");
    }

    static void EverythingIsSettled(PaymentWorld world)
    {
        var (told, voided) = (world.Told, world.Done.Contains(Act.Void));
        Assert.Multiple(() =>
        {
            Assert.That(told.Contains(nameof(PaymentAuthorized)) || told.Contains(nameof(PaymentDeclined)) || Waits(world), $"no word after {Story(world)}");
            Assert.That(told.Contains(nameof(PaymentVoided)), Is.EqualTo(voided), $"voided or not after {Story(world)}");
            foreach (var (act, id) in new[] { (Act.RefundSome, Some), (Act.RefundAll, All) })
                Assert.That(world.Refunds.ContainsKey($"{id}"), Is.EqualTo(world.Done.Contains(act)), $"{act} has an answer after {Story(world)}");
            if (!voided && world.Done.Contains(Act.Capture) && !world.Done.Contains(Act.HoldLapses))
                Assert.That(Kept(world), Is.EqualTo(Price.Amount - Accepted(world)), $"what is kept after {Story(world)}");
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

    static string Story(PaymentWorld world) => string.Join(" → ", world.Path);
}
