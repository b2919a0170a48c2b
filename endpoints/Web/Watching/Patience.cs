namespace Roost.Web.Watching;

/// <summary>How long a client wants to wait for the outcome: <c>Prefer: wait=5</c> (RFC 7240), ten seconds at most.</summary>
static class Patience
{
    const int MostSeconds = 10;

    public static TimeSpan? Of(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(header => (header ?? "").Split(',', ';')))
        {
            if (preference.Trim() is ['w', 'a', 'i', 't', '=', .. var seconds] && int.TryParse(seconds, out var wanted) && wanted > 0)
                return TimeSpan.FromSeconds(Math.Min(wanted, MostSeconds));
        }
        return null;
    }
}
