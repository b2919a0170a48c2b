using System.Collections.Frozen;
using System.Text;
using static Roost.Domain.Booking.BookingState;

namespace Roost.Domain.Booking;

/// <summary>How states are written in answers, tables and messages: <c>awaiting_host</c>.</summary>
public static class BookingStateNames
{
    static readonly FrozenDictionary<BookingState, string> Names = Enum.GetValues<BookingState>().ToFrozenDictionary(state => state, SnakeCase);

    static readonly FrozenDictionary<string, BookingState> States = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Words that other booking systems use for the same things, for people who bring their data or habits along.</summary>
    public static readonly FrozenDictionary<string, BookingState> Elsewhere = new Dictionary<string, BookingState>
    {
        ["RequestPending"] = AwaitingHost,
        ["HoldCreated"] = Held, ["RESERVED"] = Held, ["GUESTS_ADDED"] = Held, ["pending"] = Held, ["reserved"] = Held,
        ["PaymentPending"] = AwaitingPayment, ["PAYMENTS_PENDING"] = AwaitingPayment,
        ["CONFIRMED"] = Confirmed,
        ["CheckedIn"] = InStay, ["checked_in"] = InStay,
        ["CheckedOut"] = Completed, ["checked_out"] = Completed,
        ["CANCELLED"] = Cancelled, ["EXPIRED"] = Expired,
    }.ToFrozenDictionary();

    public static string Name(this BookingState state) => Names[state];

    public static BookingState? Parse(string name) => States.TryGetValue(name, out var state) ? state : null;

    static string SnakeCase(BookingState state)
    {
        var name = new StringBuilder();
        foreach (var letter in state.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0) name.Append('_');
            name.Append(char.ToLowerInvariant(letter));
        }
        return name.ToString();
    }
}
