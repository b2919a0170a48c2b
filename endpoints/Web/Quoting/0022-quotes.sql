-- A price promised to one person for 15 minutes, with the signature over all of it: a row that somebody edited is no quote any more.
create table web.quotes (
    id         uuid primary key,
    guest_id   uuid not null,
    unit_id    uuid not null,
    quote      json not null,          -- json, not jsonb: what was signed comes back to the letter
    key_id     uuid not null,
    signature  text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
