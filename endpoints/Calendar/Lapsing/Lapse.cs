using Roost.Calendar.Taking;
using Roost.Calendar.Waiting;

namespace Roost.Calendar.Lapsing;

/// <summary>What is past its deadline is given back before anybody is served, whether or not a sweeper came by.</summary>
static class Lapse
{
    public static void Overdue(Chart chart)
    {
        foreach (var claim in chart.Overdue)
        {
            chart.GiveBack(claim, ClaimState.Lapsed);
            if (claim.Kind == ClaimKind.Offer) Offers.Lapsed(chart, claim);
        }
        Offers.Serve(chart);
    }
}
