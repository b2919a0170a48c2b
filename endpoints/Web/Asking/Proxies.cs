using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Roost.Web.Asking;

/// <summary>
/// Who may say on whose behalf it asks: ROOST__PROXIES=10.0.0.0/8,192.168.1.7. What anybody else writes into X-Forwarded-For is not read (P-117).
/// </summary>
static class Proxies
{
    public static void Add(WebApplicationBuilder builder)
    {
        if (builder.Given().Optional("Proxies") is not { } list) return;
        var networks = Read(list, builder.Given()); // a wrong one stops the start, not the first request
        builder.Services.AddSingleton<ProxiesAreKnown>();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.ForwardLimit = null; // as many as are ours, from the nearest on
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks) options.KnownIPNetworks.Add(network);
        });
    }

    public static void Use(WebApplication app)
    {
        if (app.Services.GetService<ProxiesAreKnown>() is not null) app.UseForwardedHeaders();
    }

    static List<IPNetwork> Read(string list, Settings given)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else if (IPAddress.TryParse(text, out var address)) networks.Add(new(address, address.GetAddressBytes().Length * 8));
            else throw given.Wrong("Proxies", "addresses or networks such as 10.0.0.0/8, with commas between them");
        }
        return networks;
    }

    sealed class ProxiesAreKnown;
}
