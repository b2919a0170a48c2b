using System.Text.RegularExpressions;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Protocol;

public sealed record SearchResult<T>(string Url, IReadOnlyList<T> Data, bool HasMore)
{
    public string Object => "search_result";
    public string? NextPage => null;
}

/// <summary>The part of Stripe's query language that finds by metadata: `metadata['bookingId']:'42' AND status:'succeeded'`.</summary>
public sealed partial class SearchQuery
{
    readonly List<(string Field, string Value)> clauses = [];

    public static SearchQuery Parse(string text)
    {
        var query = new SearchQuery();
        foreach (var clause in text.Split(" AND ", StringSplitOptions.TrimEntries))
        {
            var match = Clause().Match(clause);
            if (!match.Success) throw StripeError.Invalid($"We were unable to parse your search query: {clause}", param: "query");
            query.clauses.Add((match.Groups["field"].Value, match.Groups["value"].Value));
        }
        return query;
    }

    public SearchResult<T> Find<T>(string url, Objects<T> objects, int limit, Func<T, string, string?> read) where T : class, IStripeObject
    {
        var found = objects.NewestFirst().Where(item => clauses.All(clause => read(item, clause.Field) == clause.Value)).Take(limit + 1).ToList();
        return new SearchResult<T>(url, [.. found.Take(limit)], found.Count > limit);
    }

    [GeneratedRegex("""^(metadata\[['"](?<field>[^'"\]]+)['"]\]|(?<field>status|customer)):['"](?<value>[^'"]*)['"]$""")]
    private static partial Regex Clause();
}
