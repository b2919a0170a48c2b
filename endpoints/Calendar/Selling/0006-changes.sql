-- What became of a host's change, by its id: a repeat finds it here and changes nothing, not even when a later change came in between.
create table calendar.changes (
    id      uuid primary key,
    unit_id uuid not null,
    refusal json,                                       -- null: done
    at      timestamptz not null default clock_timestamp()
);
