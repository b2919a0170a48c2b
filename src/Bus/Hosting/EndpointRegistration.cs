using Microsoft.Extensions.DependencyInjection;

namespace Roost.Bus.Hosting;

/// <summary>Adds to the host's services what an endpoint brings.</summary>
static class EndpointRegistration
{
    public static void Add(IServiceCollection services, EndpointBlueprint blueprint, object? identifier)
    {
        blueprint.Persistence?.ConfigureServices(services, blueprint.Settings);
    }
}
