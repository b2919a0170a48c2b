using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Roost.StripeSimulator;
using Roost.StripeSimulator.Control;
using Roost.StripeSimulator.State;

namespace Roost.Servers;

/// <summary>The Stripe simulator, listening inside the test's process: spoken to over HTTP, looked into and broken directly.</summary>
public sealed class StripeServer : IAsyncDisposable
{
    public const string Key = $"sk_test_{Accounts.Usual}";
    readonly WebApplication app;

    StripeServer(WebApplication app)
    {
        this.app = app;
        Url = new Uri(app.Urls.First());
    }

    public static async Task<StripeServer> Start(string? stateFile = null)
    {
        var app = Simulator.Create(new SimulatorSettings("http://127.0.0.1:0", stateFile));
        await app.StartAsync();
        return new StripeServer(app);
    }

    public Uri Url { get; }

    /// <summary>Reads or changes what Stripe remembers, while no call is being executed.</summary>
    public T Look<T>(Func<Account, T> look)
    {
        var account = app.Services.GetRequiredService<Accounts>().Of(Accounts.Usual);
        lock (account.Lock)
        {
            account.CatchUp();
            return look(account);
        }
    }

    /// <summary>The next calls that match go wrong.</summary>
    /// <param name="path">A regular expression.</param>
    public void Break(FaultAction action, int times = 1, string? path = null, string? method = null, TimeSpan delay = default) => Look(account =>
    {
        account.Faults.Add(new Fault($"fault_{++account.Sequence}", method, path, null, action, times, delay));
        return true;
    });

    public void Mend() => Look(account =>
    {
        account.Faults.Clear();
        return true;
    });

    public void Advance(TimeSpan span)
    {
        Look(account =>
        {
            account.Clock.Set(account.Clock.Now + span);
            return true;
        });
        Look(_ => true);
    }

    public JournalEntry[] Calls(string? method = null, string? path = null) => Look(account => account.Journal.Find(method, path, null));

    public async ValueTask DisposeAsync()
    {
        Mend();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // a call that hangs on purpose is cut
        }
        await app.DisposeAsync();
    }
}
