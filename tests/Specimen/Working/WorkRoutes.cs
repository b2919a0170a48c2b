namespace Roost.Specimen.Working;

public static class WorkRoutes
{
    public static void MapWork(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/work", async (Work work, IMessageSession bus, CancellationToken ct) =>
        {
            await bus.Send(work, ct);
            return Results.Accepted();
        });
        routes.MapGet("/slow", async (int milliseconds, CancellationToken ct) =>
        {
            await Task.Delay(milliseconds, ct);
            return "done";
        });
        routes.MapPost("/complain", IResult (Work work) => throw new InvalidOperationException(work.Complaint));
    }
}
