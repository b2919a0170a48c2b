namespace Roost.Product;

/// <summary>
/// Takes away, in a scratch database, what keeps a night from being sold twice: the check constraint, and the look that the calendar takes before it (it reads how much
/// is taken of each night, and refuses what does not fit). All of the product's code runs as it is.
/// </summary>
public static class Unguarded
{
    public static Task DropTheConstraint(this Postgres.Database database) => database.Execute("alter table calendar.nights drop constraint never_sold_twice");

    /// <summary>
    /// Whoever reads the nights sees none of them taken; what is counted is counted in the real table, behind a view of the same name. As a mistake in the calendar's
    /// arithmetic, a stale read or a missing lock would.
    /// </summary>
    public static Task ShowEveryNightAsFree(this Postgres.Database database) => database.Execute(
        """
        alter table calendar.nights rename to counted_nights;

        create view calendar.nights as
            select unit_id, night, capacity, 0 as held, 0 as booked, 0 as blocked, price, min_stay, closed, reason from calendar.counted_nights;

        create function calendar.count_unseen() returns trigger language plpgsql as $$
        begin
            if tg_op = 'INSERT' then
                insert into calendar.counted_nights as n (unit_id, night, capacity, held, booked, blocked, price, min_stay, closed, reason)
                values (new.unit_id, new.night, new.capacity, new.held, new.booked, new.blocked, new.price, new.min_stay, new.closed, new.reason)
                on conflict (unit_id, night) do update set
                    held = n.held + excluded.held, booked = n.booked + excluded.booked, blocked = n.blocked + excluded.blocked;
            else
                update calendar.counted_nights n
                set held = n.held + new.held, booked = n.booked + new.booked, blocked = n.blocked + new.blocked,
                    capacity = new.capacity, price = new.price, min_stay = new.min_stay, closed = new.closed, reason = new.reason
                where n.unit_id = new.unit_id and n.night = new.night;
            end if;
            return new;
        end
        $$;

        create trigger count_unseen instead of insert or update on calendar.nights for each row execute function calendar.count_unseen();
        """);
}
