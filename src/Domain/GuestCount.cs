using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Roost.Domain;

/// <summary>Who comes. Infants sleep in a cot: they are announced, but do not count towards what a place can take.</summary>
public sealed record GuestCount(int Adults, int Children = 0, int Infants = 0)
{
    /// <summary>More than any place takes; keeps nonsense such as int.MaxValue out of every sum.</summary>
    public const int Most = 1_000;

    public int Adults { get; } = Adults is >= 1 and <= Most ? Adults : throw Refused(Adults, nameof(Adults));

    public int Children { get; } = Children is >= 0 and <= Most ? Children : throw Refused(Children, nameof(Children));

    public int Infants { get; } = Infants is >= 0 and <= Most ? Infants : throw Refused(Infants, nameof(Infants));

    /// <summary>What is compared with the most guests a unit takes.</summary>
    [JsonIgnore, IgnoreDataMember]
    public int Counted => Adults + Children;

    static ArgumentOutOfRangeException Refused(int value, string field) => new(field, value, "Not a number of guests.");
}
