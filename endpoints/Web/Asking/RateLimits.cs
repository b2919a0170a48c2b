using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Roost.Web.Identity;

namespace Roost.Web.Asking;

/// <summary>A bucket of tokens that refills steadily: so many at once, and so many per time in the long run.</summary>
public sealed record Limit(string Name, int Tokens, TimeSpan Per)
{
    public static readonly Limit Usual = new("usual", 100, TimeSpan.FromMinutes(1));
    public static readonly Limit Search = new("search", 60, TimeSpan.FromMinutes(1)) { Anonymous = 30 };
    public static readonly Limit Booking = new("booking", 10, TimeSpan.FromMinutes(1));
    public static readonly Limit NewListing = new("new-listing", 5, TimeSpan.FromHours(1));

    /// <summary>Over all routes: many accounts behind one address are still one machine.</summary>
    internal static readonly Limit Address = new("address", 1000, TimeSpan.FromMinutes(1));

    /// <summary>For callers who are not signed in, of whom only the address is known.</summary>
    public int Anonymous { get; init; } = Tokens;
}

/// <summary>ROOST__RATELIMITS=false switches them off, for load tests.</summary>
public sealed record LimitSettings(bool AreOff);

public static class RateLimitExtensions
{
    /// <summary>Instead of the usual limit.</summary>
    public static TBuilder LimitedBy<TBuilder>(this TBuilder route, Limit limit) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(limit);
}

/// <summary>Counts every call of the contract, for its caller and for its address, and says what is left.</summary>
sealed class RateLimits(RequestDelegate next, Buckets buckets, LimitSettings settings)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!settings.AreOff && http.GetEndpoint()?.Metadata.GetMetadata<Limit>() is { } limit && await Refusal(http, limit) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        await next(http);
    }

    async Task<ProblemHttpResult?> Refusal(HttpContext http, Limit limit)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "nowhere";
        var caller = Caller.Of(http.User);
        var size = caller is null ? limit.Anonymous : limit.Tokens;
        var own = new Bucket($"{limit.Name}:{caller?.UserId.ToString() ?? address}", size, limit.Per);
        var taken = await buckets.Take(own, new($"address:{address}", Limit.Address.Tokens, Limit.Address.Per));

        http.Response.Headers["X-RateLimit-Limit"] = size.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-RateLimit-Remaining"] = taken.Remaining.ToString(CultureInfo.InvariantCulture);
        return taken.IsAllowed ? null : Refuse(http, taken.RetryAfter);
    }

    public static ProblemHttpResult Refuse(HttpContext http, TimeSpan retryAfter)
    {
        http.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests. Wait a little.");
    }
}
