-- Who took which nights: one row for each line of a claim. Rows stay when the claim has ended, so that a repeated command finds its own
-- answer and a late one cannot take nights that were given back.
create table calendar.claims (
    id         uuid not null,               -- of whoever needs the nights: a booking, a change of one, a block, an offer
    line       smallint not null,
    unit_id    uuid,                        -- null only for a claim that was given back before it was made
    stay       daterange,
    quantity   integer check (quantity > 0),
    kind       text not null check (kind in ('hold', 'booking', 'block', 'offer', 'feed', 'change')),
    state      text not null check (state in ('live', 'given_back', 'lapsed', 'lost', 'refused', 'used')),
    counted    boolean not null default true,   -- false: nights a changed booking will have; the move counts them
    expires_at timestamptz,
    version    integer not null default 1,      -- grows when a hold is extended
    entry_id   uuid,                            -- whose turn on the waitlist an offer is
    refusal    json,                            -- why, and which night
    note       text,
    claimed_at timestamptz not null default clock_timestamp(),
    primary key (id, line),
    check (state = 'given_back' or (unit_id is not null and not isempty(stay) and quantity is not null)),
    check (kind not in ('hold', 'change', 'offer') or state <> 'live' or expires_at is not null)
) with (fillfactor = 90);

-- What may be overdue: by unit for whoever wants its nights now, by time for the sweeper. The second is over another expression of the same
-- instant, so that no plan ever takes it for the first: it would read the whole backlog of a sweeper that was away.
create index claims_overdue_by_unit on calendar.claims (unit_id, expires_at) where state = 'live' and kind in ('hold', 'change', 'offer');
create index claims_overdue on calendar.claims ((expires_at at time zone 'UTC'))
    where state = 'live' and kind in ('hold', 'change', 'offer');

-- What stands in the way of a block.
create index claims_settled_by_unit on calendar.claims (unit_id, upper(stay)) where state = 'live' and kind in ('booking', 'block', 'feed');
