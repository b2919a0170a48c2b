using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Control;
using Roost.StripeSimulator.Customers;
using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.Refunding;
using Roost.StripeSimulator.Saving;

namespace Roost.StripeSimulator.State;

/// <summary>
/// One Stripe account, chosen by the API key: sk_test_red and sk_test_blue see nothing of each other.
/// Everything in it is read and changed under <see cref="Lock"/>.
/// </summary>
public sealed class Account(string name, TimeProvider machine)
{
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    readonly Random random = new(name.Sum(letter => letter));
    readonly PriorityQueue<string, long> due = new();
    readonly List<string> made = [];

    public Lock Lock { get; } = new();
    public SimulatedClock Clock { get; } = new(machine);
    public Faults Faults { get; } = new();
    public Journal Journal { get; } = new();
    public IdempotencyKeys Keys { get; } = new();
    public ObjectLocks Busy { get; } = new();

    public Objects<Customer> Customers { get; } = new("customer");
    public Objects<PaymentMethod> PaymentMethods { get; } = new("PaymentMethod");
    public Objects<SetupIntent> SetupIntents { get; } = new("setupintent");
    public Objects<PaymentIntent> PaymentIntents { get; } = new("payment_intent");
    public Objects<Charge> Charges { get; } = new("charge");
    public Objects<Refund> Refunds { get; } = new("refund");

    public long Now => Clock.UnixSeconds;
    public long Sequence { get; set; }
    /// <summary>Counts the calls that may have changed something.</summary>
    public long Changes { get; set; }

    /// <summary>Ids sort by nothing and mean nothing, as Stripe's; the sequence inside keeps them unique over a restart.</summary>
    public string NewId(string prefix)
    {
        var id = $"{prefix}_1{++Sequence:x8}{RandomText(15)}";
        made.Add(id);
        return id;
    }

    public string NewSecret(string id) => $"{id}_secret_{RandomText(25)}";

    string RandomText(int length) => string.Create(length, random, static (text, random) => random.GetItems(Alphabet, text));

    /// <summary>What was made since the last call, so that the journal can say which objects a key stands for.</summary>
    public string[] TakeMade()
    {
        var ids = made.ToArray();
        made.Clear();
        return ids;
    }

    public void Schedule(string id, long at) => due.Enqueue(id, at);

    /// <summary>Holds lapse and refunds settle when the clock has passed their time, in the order of time.</summary>
    public void CatchUp()
    {
        while (due.TryPeek(out var id, out var at) && at <= Now)
        {
            due.Dequeue();
            if (PaymentIntents.Find(id) is { } intent) Holding.Expire(this, intent);
            if (Refunds.Find(id) is { } refund) Settling.Settle(this, refund);
        }
        Keys.Forget(Now);
        made.Clear();
    }

    public void Reset()
    {
        Customers.Clear();
        PaymentMethods.Clear();
        SetupIntents.Clear();
        PaymentIntents.Clear();
        Charges.Clear();
        Refunds.Clear();
        due.Clear();
        Keys.Clear();
        Faults.Clear();
        Journal.Clear();
        Clock.Freeze(false);
        Clock.Set(machine.GetUtcNow());
    }
}
