using System.Text;

namespace Roost.StripeSimulator.Protocol;

public static class ApiKey
{
    /// <summary>sk_test_red and rk_test_red open the account red. Live keys are refused: this is not Stripe.</summary>
    public static string AccountOf(string? authorization)
    {
        var key = authorization switch
        {
            null or "" => throw Refused("You did not provide an API key."),
            _ when authorization.StartsWith("Bearer ", StringComparison.Ordinal) => authorization["Bearer ".Length..].Trim(),
            _ when authorization.StartsWith("Basic ", StringComparison.Ordinal) => FromBasic(authorization["Basic ".Length..]),
            _ => throw Refused("Unrecognized authorization scheme."),
        };
        return key.Split('_', 3) is ["sk" or "rk", "test", { Length: > 0 } account] ? account : throw Refused("Invalid API Key provided.");
    }

    static string FromBasic(string credentials)
    {
        var bytes = new byte[credentials.Length];
        return Convert.TryFromBase64String(credentials.Trim(), bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0]
            : throw Refused("Invalid API Key provided.");
    }

    static StripeError Refused(string message) => StripeError.Invalid(message, status: 401);
}
