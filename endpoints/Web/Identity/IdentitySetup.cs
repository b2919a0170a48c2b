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
            .AddSingleton<LiveSessions>()
            .AddSingleton<BearerTokens>()
            .AddSingleton<Sessions>()
            .AddSingleton<MailedTokens>()
            .AddSingleton<Passwords>()
            .AddSingleton<Attempts>();
        builder.Services.AddAuthentication(Bearer.SchemeName).AddScheme<AuthenticationSchemeOptions, Bearer>(Bearer.SchemeName, _ => { });
        builder.Services.AddAuthorization();
        if (builder.Given().Flag("DemoAccounts")) builder.AddStep("Demo accounts", DemoAccounts.Make);
        return builder;
    }

    public static void MapIdentity(this IEndpointRouteBuilder api)
    {
        api.MapSigningUp();
        api.MapSigningIn();
        api.MapChangingPassword();
        api.MapProfile();
    }
}
