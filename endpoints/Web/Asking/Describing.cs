namespace Roost.Web.Asking;

/// <summary>
/// What a route says of itself where its code cannot be read: the codes it refuses with, the headers it takes. Whatever follows from a filter, a limit or the need to be
/// signed in is said there, once, and not by each route; see <see cref="Operations"/>.
/// </summary>
public static class Describing
{
    /// <summary>What is wrong with a range of nights, with a stay, with a price.</summary>
    public static readonly string[] OfNights = ["range_reversed", "range_empty", "date_past", "beyond_horizon"];

    public static readonly string[] OfStays =
    [
        .. OfNights, "lead_time_too_short", "stay_too_short", "stay_too_long", "date", "adult_missing", "negative", "too_many_guests", "not_positive", "above_capacity",
    ];

    public static readonly string[] OfPrices = ["negative", "too_small", "too_large", "not_chargeable", "other_currency"];

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, int status, params string[] codes) => route.WithMetadata(new Refuses(status, codes));

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, string header, string why) => route.WithMetadata(new TakesHeader(header, why));
}

sealed record Refuses(int Status, string[] Codes);

sealed record TakesHeader(string Name, string Why, bool IsRequired = false);
