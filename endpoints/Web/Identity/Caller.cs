using System.Reflection;
using System.Security.Claims;

namespace Roost.Web.Identity;

/// <summary>Who asks, as the bearer token says and the database confirms. A route takes it as a parameter; null where nobody need be signed in.</summary>
public sealed record Caller(Guid UserId, Guid SessionId, IReadOnlySet<string> Roles)
{
    public bool IsStaff => Roles.Contains(Identity.Roles.Support) || Roles.Contains(Identity.Roles.Finance) || IsAdmin;
    public bool IsAdmin => Roles.Contains(Identity.Roles.Admin);

    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult(Of(http.User));

    public static Caller? Of(ClaimsPrincipal user) => (user as CallerPrincipal)?.Caller;
}

/// <summary>The caller where ASP.NET's authorization looks for it.</summary>
sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity(
    caller.Roles.Select(role => new Claim(ClaimTypes.Role, role)).Prepend(new Claim(ClaimTypes.NameIdentifier, caller.UserId.ToString())), "Bearer"))
{
    public Caller Caller => caller;
}

/// <summary>A new account is a guest. What a host may do is asked of each listing, not of a role (P-111).</summary>
public static class Roles
{
    public const string Guest = "guest";
    public const string Host = "host";
    public const string Support = "support";
    public const string Finance = "finance";
    public const string Admin = "admin";

    public static readonly IReadOnlySet<string> All = new HashSet<string> { Guest, Host, Support, Finance, Admin };
}
