using System.Globalization;
using System.Xml;
using Microsoft.AspNetCore.Http.HttpResults;
using Roost.StripeSimulator.Paying;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.Saving;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Control;

/// <summary>
/// What a person or a test does to the simulator: move its clock, make calls fail, see what arrived, be the cardholder.
/// Each call takes `?account=` (the part of the key after sk_test_), by default the one that ops/run uses.
/// </summary>
public static class ControlRoutes
{
    public sealed record ClockChange(bool? Freeze, string? Advance, DateTimeOffset? Set);
    public sealed record ClockState(DateTimeOffset Now, bool Frozen);
    public sealed record FaultRequest(string? Method, string? Path, string? Key, FaultAction Action, int Times = 1, string? Delay = null);
    public sealed record Authentication(string Outcome);

    public static void MapControl(this IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/_control");
        control.MapGet("/clock", (Accounts accounts, string? account) => Clock(accounts.Named(account)));
        control.MapPost("/clock", (ClockChange change, Accounts accounts, string? account) => Move(accounts.Named(account), change));
        control.MapGet("/faults", (Accounts accounts, string? account) => TypedResults.Ok(accounts.Named(account).Locked(it => it.Faults.All.ToArray())));
        control.MapPost("/faults", (FaultRequest fault, Accounts accounts, string? account) => Break(accounts.Named(account), fault));
        control.MapDelete("/faults", (Accounts accounts, string? account) => accounts.Named(account).Locked(it => it.Faults.Clear()));
        control.MapDelete("/faults/{id}", (string id, Accounts accounts, string? account) =>
            accounts.Named(account).Locked(it => it.Faults.Remove(id)));
        control.MapGet("/requests", (Accounts accounts, string? account, string? method, string? path, string? key) =>
            TypedResults.Ok(accounts.Named(account).Locked(it => it.Journal.Find(method, path, key))));
        control.MapPost("/reset", (Accounts accounts, string? account) => accounts.Named(account).Locked(it => it.Reset()));
        control.MapPost("/authenticate/{id}", Authenticate);
        control.MapGet("/3ds/{id}", BankPage);
        control.MapPost("/3ds/{id}", ReturnFromBank);
    }

    static Account Named(this Accounts accounts, string? name) => accounts.Of(name ?? Accounts.Usual);

    static T Locked<T>(this Account account, Func<Account, T> read)
    {
        lock (account.Lock) return read(account);
    }

    static void Locked(this Account account, Action<Account> change)
    {
        lock (account.Lock) change(account);
    }

    static Ok<ClockState> Clock(Account account) =>
        TypedResults.Ok(account.Locked(it => new ClockState(it.Clock.Now, it.Clock.Frozen)));

    static Ok<ClockState> Move(Account account, ClockChange change)
    {
        account.Locked(it =>
        {
            if (change.Freeze is { } freeze) it.Clock.Freeze(freeze);
            if (change.Set is { } instant) it.Clock.Set(instant);
            if (change.Advance is { } span) it.Clock.Set(it.Clock.Now + XmlConvert.ToTimeSpan(span));
            it.CatchUp();
        });
        return Clock(account);
    }

    static Ok<Fault> Break(Account account, FaultRequest request)
    {
        var delay = request.Delay is null ? TimeSpan.Zero : XmlConvert.ToTimeSpan(request.Delay);
        return TypedResults.Ok(account.Locked(it =>
        {
            var id = $"fault_{(++it.Sequence).ToString(CultureInfo.InvariantCulture)}";
            var fault = new Fault(id, request.Method, request.Path, request.Key, request.Action, request.Times, delay);
            it.Faults.Add(fault);
            return fault;
        }));
    }

    /// <summary>The cardholder without a browser: outcome is succeeded or failed.</summary>
    static Results<NoContent, BadRequest<string>> Authenticate(string id, Authentication request, Accounts accounts, string? account)
    {
        try
        {
            accounts.Named(account).Locked(it => Decide(it, id, request.Outcome));
            return TypedResults.NoContent();
        }
        catch (StripeError error)
        {
            return TypedResults.BadRequest(error.Message);
        }
    }

    static void Decide(Account account, string id, string outcome)
    {
        account.CatchUp();
        account.Changes++;
        if (account.SetupIntents.Find(id) is { } saving) SetupIntentRoutes.Authenticated(account, saving, outcome == "succeeded");
        else Confirming.Authenticated(account, account.PaymentIntents.Get(id), outcome == "succeeded");
    }

    static ContentHttpResult BankPage(string id, string? account) => TypedResults.Content(
        $"""
        <!doctype html><title>Test bank</title><h1>Is this you?</h1>
        <form method="post" action="/_control/3ds/{Uri.EscapeDataString(id)}?account={Uri.EscapeDataString(account ?? Accounts.Usual)}">
        <button name="outcome" value="succeeded">Yes, pay</button> <button name="outcome" value="failed">No</button></form>
        """, "text/html");

    /// <summary>As Stripe does, the return address says how it went; only a read of the intent is proof.</summary>
    static async Task<Results<RedirectHttpResult, ContentHttpResult, BadRequest<string>>> ReturnFromBank(
        string id, HttpRequest request, Accounts accounts, string? account)
    {
        var outcome = (await request.ReadFormAsync())["outcome"].ToString();
        var target = accounts.Named(account);
        var (returnUrl, secret) = target.Locked(it => it.PaymentIntents.Find(id) is { } payment
            ? (payment.NextAction?.RedirectToUrl?.ReturnUrl, payment.ClientSecret)
            : (it.SetupIntents.Find(id)?.NextAction?.RedirectToUrl?.ReturnUrl, it.SetupIntents.Find(id)?.ClientSecret));
        if (Authenticate(id, new Authentication(outcome), accounts, account).Result is BadRequest<string> refused) return refused;
        if (returnUrl is null) return TypedResults.Content("Done. You can close this page.", "text/plain");
        var kind = id.StartsWith("seti", StringComparison.Ordinal) ? "setup_intent" : "payment_intent";
        var separator = returnUrl.Contains('?') ? '&' : '?';
        return TypedResults.Redirect($"{returnUrl}{separator}{kind}={id}&{kind}_client_secret={secret}&redirect_status={outcome}");
    }
}
