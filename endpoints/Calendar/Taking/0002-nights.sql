-- A night of a unit, from the first time something touched it; a night without a row has nothing taken. The last check is the one and only
-- reason why a night is never sold twice: counters only ever change by differences, so it holds whatever the code above believes.
create table calendar.nights (
    unit_id  uuid not null,
    night    date not null,
    capacity integer not null,                  -- the most that may be taken: the unit's hard cap, else its capacity
    held     integer not null default 0 check (held >= 0),
    booked   integer not null default 0 check (booked >= 0),
    blocked  integer not null default 0 check (blocked >= 0),
    price    bigint check (price >= 0),         -- minor units of the listing's currency; null: the rules decide
    min_stay integer check (min_stay > 0),      -- for stays that begin on this night
    closed   boolean not null default false,    -- no new sale; what is taken stays
    reason   text,
    primary key (unit_id, night),
    constraint never_sold_twice check (held + booked + blocked <= capacity)
) partition by hash (unit_id);

do $$
begin
    for part in 0..15 loop
        execute format(
            'create table calendar.nights_%s partition of calendar.nights for values with (modulus 16, remainder %s) with (fillfactor = 70)',
            part, part);
    end loop;
end $$;
