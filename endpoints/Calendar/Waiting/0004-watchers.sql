-- Who is offered nights before anybody else when they come free: higher priority first, then whoever joined first. One offer per entry:
-- an entry that had its turn is never served again.
create table calendar.watchers (
    entry_id  uuid primary key,
    unit_id   uuid,                 -- null, like the rest, for an entry that left before it came
    stay      daterange,
    quantity  integer check (quantity > 0),
    priority  integer not null,
    joined_at timestamptz not null,
    offer_for interval not null,
    state     text not null check (state in ('waiting', 'offered', 'served', 'lapsed', 'stopped')),
    offer_id  uuid unique,
    overtaken_by uuid,              -- who was served first although it came later, since it needed less
    check (state = 'stopped' or (unit_id is not null and not isempty(stay) and quantity is not null))
);

create index watchers_waiting on calendar.watchers (unit_id, priority desc, joined_at, entry_id) where state = 'waiting';
