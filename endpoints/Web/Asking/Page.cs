using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace Roost.Web.Asking;

/// <summary>A part of a list, and where the next part begins; null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <param name="found">One more than asked for, if there are more.</param>
    /// <param name="cursorOf">The place of an item in the list's order: unique, and it never changes.</param>
    public static Page<T> Of(IReadOnlyList<T> found, int limit, Func<T, string> cursorOf) => found.Count > limit
        ? new([.. found.Take(limit)], Cursor.Write(cursorOf(found[limit - 1])))
        : new(found, null);
}

/// <summary>Which part of a list is asked for: ?limit=20&amp;cursor=… . Take with [AsParameters].</summary>
public readonly record struct Paging([property: FromQuery(Name = "limit")] int? Limit, [property: FromQuery(Name = "cursor")] string? Cursor)
{
    const int Usual = 20;
    const int Most = 100;

    public int Size => Math.Clamp(Limit ?? Usual, 1, Most);

    /// <summary>The place after which the list goes on; null from its beginning, and for a cursor that is none of ours.</summary>
    public string? After => Cursor is null ? null : Asking.Cursor.Read(Cursor);

    /// <summary>For lists in the order of their ids, which are in the order of time.</summary>
    public Guid? AfterId => Guid.TryParse(After, out var id) ? id : null;
}

/// <summary>Opaque, so that nobody counts on what is inside.</summary>
static class Cursor
{
    public static string Write(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    public static string? Read(string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
