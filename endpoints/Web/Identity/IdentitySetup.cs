using Microsoft.AspNetCore.Authentication;

namespace Roost.Web.Identity;

/// <summary>Who somebody is, and how they prove it.</summary>
public static class IdentitySetup
{
    public static WebApplicationBuilder AddIdentity(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<SigningKeys>()
            .AddSingleton<AccessTokens>()
            .AddSingleton<LiveSessions>();
        builder.Services.AddAuthentication(Bearer.SchemeName).AddScheme<AuthenticationSchemeOptions, Bearer>(Bearer.SchemeName, _ => { });
        builder.Services.AddAuthorization();
        return builder;
    }
}
