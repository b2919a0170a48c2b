using System.Net.Http.Headers;
using System.Text;

namespace Roost.Stripe;

/// <summary>
/// Sends to Stripe and says what is known afterwards. Tries again at once, a few times, with the same key, where that can help;
/// longer patience is the caller's, who has written the request down.
/// </summary>
public sealed class StripeClient(HttpClient http, StripeSettings settings, Breaker breaker, TimeProvider clock)
{
    /// <summary>All of a request's and an answer's shapes belong to this version. Later ones of the same train only add fields.</summary>
    public const string ApiVersion = "2026-07-29.dahlia";

    const int Retries = 3;

    public Task<Answer<T>> Send<T>(StripeRequest<T> request, string idempotencyKey, CancellationToken ct) => Try<T>(() =>
    {
        var message = new HttpRequestMessage(HttpMethod.Post, request.Path)
        {
            Content = new StringContent(request.Form, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        message.Headers.Add("Idempotency-Key", idempotencyKey);
        return message;
    }, ct);

    public Task<Answer<T>> Read<T>(StripeQuery<T> query, CancellationToken ct) =>
        Try<T>(() => new HttpRequestMessage(HttpMethod.Get, query.PathAndQuery), ct);

    async Task<Answer<T>> Try<T>(Func<HttpRequestMessage> message, CancellationToken ct)
    {
        Answer<T>? unknown = null;
        for (var attempt = 0; ; attempt++)
        {
            var pass = breaker.Enter();
            if (pass is Breaker.Pass.Refused) return unknown ?? new NotNow<T>("the breaker is open");
            var (answer, again) = await Attempt<T>(pass, message, ct);
            // an attempt that was lost may have worked: a later one that did not get through proves nothing
            if (answer is Unknown<T>) unknown = answer;
            if (!again || attempt == Retries) return answer is NotNow<T> ? unknown ?? answer : answer;
            await Task.Delay(Pause(attempt), clock, ct);
        }
    }

    /// <summary>Doubling, with up to a half taken off, so that many callers do not come back together.</summary>
    TimeSpan Pause(int attempt) => settings.FirstPause * Math.Pow(2, attempt) * (1 - Random.Shared.NextDouble() / 2);

    async Task<(Answer<T> Answer, bool Again)> Attempt<T>(Breaker.Pass pass, Func<HttpRequestMessage> make, CancellationToken ct)
    {
        using var message = make();
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Key);
        message.Headers.Add("Stripe-Version", ApiVersion);
        using var timeout = new CancellationTokenSource(settings.AttemptTimeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            var body = await response.Content.ReadAsByteArrayAsync(stop.Token);
            breaker.Record(pass, answered: (int)response.StatusCode < 500);
            return Judgement.Of<T>(response, body);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            breaker.Leave(pass);
            throw;
        }
        catch (OperationCanceledException)
        {
            breaker.Record(pass, answered: false);
            // it has taken long enough: whoever wrote the request down comes back later
            return (new Unknown<T>(UnknownBecause.NoAnswer), Again: false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            breaker.Record(pass, answered: false);
            return (new NotNow<T>("nobody answers at Stripe's address"), Again: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            breaker.Record(pass, answered: false);
            return (new Unknown<T>(UnknownBecause.NoAnswer), Again: true);
        }
    }
}
