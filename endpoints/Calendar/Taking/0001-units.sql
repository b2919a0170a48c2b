-- What is sold: a home, a room type, the tickets of one event on one date. The row is also what writers queue on: whoever changes a
-- night of a unit locks the unit first, in id order, so that two of them never wait for each other in a circle.
create table calendar.units (
    id             uuid primary key,
    listing_id     uuid not null,
    host_id        uuid not null,
    kind           text not null check (kind in ('home', 'room', 'ticket')),
    capacity       integer not null check (capacity >= 0),
    hard_cap       integer check (hard_cap >= capacity),    -- overbooking, only when set; null: never above the capacity
    time_zone      text not null,
    check_in_time  time not null,
    check_out_time time not null,
    min_nights     integer not null check (min_nights > 0),
    max_nights     integer not null check (max_nights >= min_nights),
    lead_days      integer not null check (lead_days >= 0),
    horizon_days   integer not null default 730 check (horizon_days > 0),
    ticket_date    date check (ticket_date is null or kind = 'ticket'),
    on_sale        boolean not null,
    definition     bigint not null,                         -- the listing's version that this row comes from
    version        bigint not null default 0,               -- grows with every change of what can be sold
    check (kind <> 'home' or (capacity <= 1 and hard_cap is null))
) with (fillfactor = 60);                                   -- the version changes with every hold: leave room to update in place

create index units_listing on calendar.units (listing_id);
