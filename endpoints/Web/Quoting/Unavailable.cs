using Microsoft.AspNetCore.Http.HttpResults;
using Roost.Web.Asking;

namespace Roost.Web.Quoting;

/// <summary>409 <c>nights_unavailable</c>, wherever a stay cannot be had: which of the reasons of the calendar it is, and what could be had instead.</summary>
static class Unavailable
{
    public const string Code = "nights_unavailable";
    public const string Closed = "closed";

    public static ProblemHttpResult Stay(PricedStay stay, IReadOnlyList<Alternative> instead) => Because(stay.IsClosed ? Closed : Code, instead);

    /// <param name="reason">As the calendar refuses: this code, closed, or that of the limit that the stay is beyond by now.</param>
    public static ProblemHttpResult Because(string? reason, IReadOnlyList<Alternative> instead) => Problems.Conflict(
        Code, Detail(reason), new Dictionary<string, object?> { ["reason"] = reason, ["alternatives"] = instead });

    static string Detail(string? reason) => reason switch
    {
        null or Code => "Somebody else has at least one of these nights.",
        Closed => "The host does not sell at least one of these nights.",
        "offer_ended" => "These nights are not offered to you any more.",
        _ => "The host has changed what can be booked; the price was promised, the nights were not.",
    };
}
