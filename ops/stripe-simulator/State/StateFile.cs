using System.Text.Json;
using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Customers;
using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Refunding;
using Roost.StripeSimulator.Saving;

namespace Roost.StripeSimulator.State;

/// <summary>
/// Reads the accounts at the start and writes them every few seconds and at the end. A kill loses the last seconds:
/// good enough for a demo, and the simulator is not what the fault tests kill.
/// </summary>
public sealed class StateFile(SimulatorSettings settings, Accounts accounts) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    static readonly JsonSerializerOptions Json = new();
    readonly string path = settings.StateFile!;

    sealed record Saved(
        string Name, long Sequence, IReadOnlyList<Customer> Customers, IReadOnlyList<PaymentMethod> PaymentMethods,
        IReadOnlyList<SetupIntent> SetupIntents, IReadOnlyList<PaymentIntent> PaymentIntents, IReadOnlyList<Charge> Charges,
        IReadOnlyList<Refund> Refunds);

    public override async Task StartAsync(CancellationToken ct)
    {
        if (File.Exists(path))
        {
            await using var file = File.OpenRead(path);
            foreach (var saved in await JsonSerializer.DeserializeAsync<Saved[]>(file, Json, ct) ?? []) Restore(saved);
        }
        Write(); // a place that cannot be written to is known now, not after the first payments
        await base.StartAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var written = 0L;
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                var changes = accounts.All.Sum(account => account.Value.Changes);
                if (changes == written) continue;
                Write();
                written = changes;
            }
        }
        finally
        {
            Write();
        }
    }

    void Write()
    {
        File.WriteAllText(path + ".new", $"[{string.Join(",\n", accounts.All.Select(account => Save(account.Key, account.Value)))}]");
        File.Move(path + ".new", path, overwrite: true);
    }

    static string Save(string name, Account account)
    {
        lock (account.Lock)
            return JsonSerializer.Serialize(new Saved(name, account.Sequence, account.Customers.All, account.PaymentMethods.All,
                account.SetupIntents.All, account.PaymentIntents.All, account.Charges.All, account.Refunds.All), Json);
    }

    void Restore(Saved saved)
    {
        var account = accounts.Of(saved.Name);
        account.Sequence = saved.Sequence;
        foreach (var item in saved.Customers) account.Customers.Add(item);
        foreach (var item in saved.PaymentMethods) account.PaymentMethods.Add(item);
        foreach (var item in saved.SetupIntents) account.SetupIntents.Add(item);
        foreach (var item in saved.Charges) account.Charges.Add(item);
        foreach (var item in saved.PaymentIntents) account.PaymentIntents.Add(item);
        foreach (var item in saved.Refunds) account.Refunds.Add(item);
        foreach (var charge in saved.Charges)
        {
            if (charge.PaymentMethodDetails.Card.CaptureBefore is { } lapses) account.Schedule(charge.PaymentIntent, lapses);
        }
        foreach (var refund in saved.Refunds.Where(refund => refund.Status == "pending")) account.Schedule(refund.Id, refund.Created + 600);
    }
}
