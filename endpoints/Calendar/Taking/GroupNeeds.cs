namespace Roost.Calendar.Taking;

/// <summary>What several requests need, together.</summary>
sealed class GroupNeeds
{
    public GroupNeeds(IReadOnlyCollection<IRequest> requests)
    {
        var needs = requests.Select(r => r.Needs).ToList();
        Nights = Ranges.Of(needs.SelectMany(n => n.Nights ?? []));
        Conflicts = Ranges.Of(needs.SelectMany(n => n.Conflicts ?? []));
        Claims = [.. needs.SelectMany(n => n.Claims ?? []).Distinct()];
        Entries = [.. needs.SelectMany(n => n.Entries ?? []).Distinct()];
        Changes = [.. needs.SelectMany(n => n.Changes ?? []).Distinct()];
        OffersOf = [.. needs.SelectMany(n => n.OffersOf ?? []).Distinct()];
        Units = [.. Nights.Select(n => n.UnitId).Distinct()];
    }

    GroupNeeds(Guid[] units) => (Nights, Conflicts, Claims, Entries, Changes, OffersOf, Units) = ([], [], [], [], [], [], units);

    public List<Line> Nights { get; }
    public List<Line> Conflicts { get; }
    public Guid[] Claims { get; }
    public Guid[] Entries { get; }
    public Guid[] Changes { get; }
    public Guid[] OffersOf { get; }
    public Guid[] Units { get; }

    public static GroupNeeds OnlyUnits(Guid[] units) => new(units);
}
