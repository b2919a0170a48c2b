namespace Roost.Servers;

public static class Redis
{
    /// <summary>host:port. The server is shared: prefix every key with <see cref="Given.UniqueName"/>.</summary>
    public static string Address => Given.Require("ROOST__REDIS");
}
