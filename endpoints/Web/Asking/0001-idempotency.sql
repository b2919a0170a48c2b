-- What a caller has already asked for, with the answer; written in the transaction of the effect, so that neither is there without the other.
create table idempotency (
    caller      uuid not null,          -- another user's use of the same key is another key
    route       text not null,          -- POST /bookings/{id}/changes
    key         text not null check (length(key) between 1 and 255),
    body_hash   bytea not null,         -- of path and body: the same key for something else is refused
    about       uuid,                   -- the booking, change or request that came of it
    status      int,                    -- null only inside of the transaction that works on it
    headers     jsonb,
    answer      bytea,
    created_at  timestamptz not null default now(),
    primary key (caller, route, key)    -- of two first requests one inserts, and that one executes
);

create index idempotency_age on idempotency (created_at); -- for forgetting after 30 days
