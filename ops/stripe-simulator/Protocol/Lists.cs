using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Protocol;

public sealed record StripeList<T>(string Url, IReadOnlyList<T> Data, bool HasMore)
{
    public string Object => "list";
}

/// <summary>Stripe's paging: newest first, 1 to 100 at a time, the cursor is an object's id, in one direction.</summary>
public sealed record Page(int Limit, string? After, string? Before, long? From, long? FromAfter, long? Until, long? UntilBefore)
{
    public static Page Of(Parameters p)
    {
        var limit = p.Integer("limit") ?? 10;
        if (limit is < 1 or > 100) throw StripeError.Invalid("limit must be between 1 and 100", param: "limit");
        var (after, before) = (p.Text("starting_after"), p.Text("ending_before"));
        if (after is not null && before is not null)
            throw StripeError.Invalid("Give starting_after or ending_before, not both.", param: "ending_before");
        var created = p.Group("created");
        return new Page((int)limit, after, before,
            created.Integer("gte"), created.Integer("gt"), created.Integer("lte"), created.Integer("lt"));
    }

    public StripeList<T> Take<T>(string url, Objects<T> objects, Func<T, bool> wanted) where T : class, IStripeObject
    {
        var cursor = After ?? Before;
        if (cursor is not null) objects.Get(cursor, After is null ? "ending_before" : "starting_after");

        var matching = objects.NewestFirst().Where(item => wanted(item) && InTime(item.Created));
        if (After is not null) matching = objects.NewestFirst().SkipWhile(item => item.Id != After).Skip(1)
            .Where(item => wanted(item) && InTime(item.Created));
        if (Before is not null) matching = objects.NewestFirst().TakeWhile(item => item.Id != Before)
            .Where(item => wanted(item) && InTime(item.Created)).Reverse();

        var found = matching.Take(Limit + 1).ToList();
        var hasMore = found.Count > Limit;
        if (hasMore) found.RemoveAt(Limit);
        if (Before is not null) found.Reverse();
        return new StripeList<T>(url, found, hasMore);
    }

    bool InTime(long created) =>
        !(created < From) && !(created <= FromAfter) && !(created > Until) && !(created >= UntilBefore);
}
