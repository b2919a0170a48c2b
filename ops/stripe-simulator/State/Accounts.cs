using System.Collections.Concurrent;

namespace Roost.StripeSimulator.State;

public sealed class Accounts(TimeProvider machine)
{
    /// <summary>The account of the key that ops/run gives the product: sk_test_roost.</summary>
    public const string Usual = "roost";

    readonly ConcurrentDictionary<string, Account> accounts = new();

    public IEnumerable<KeyValuePair<string, Account>> All => accounts;

    public Account Of(string name) => accounts.GetOrAdd(name, name => new Account(name, machine));
}
