namespace Roost.Domain;

/// <summary>What is sold: a home, a room type of a hotel, or the tickets of one event on one date.</summary>
public enum UnitKind
{
    Home = 1,
    RoomType = 2,
    Ticket = 3,
}
