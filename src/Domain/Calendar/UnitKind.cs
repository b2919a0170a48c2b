namespace Roost.Domain.Calendar;

/// <summary>What is sold: a whole home, one of several alike rooms, or admission to one date.</summary>
public enum UnitKind
{
    Home,
    RoomType,
    Ticket,
}
