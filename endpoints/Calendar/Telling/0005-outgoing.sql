-- Events of a committed group that are not known to have reached the broker. Written in the transaction that made them true, deleted once
-- they are out; a row older than a few seconds belongs to a process that died and is sent by another.
create table calendar.outgoing (
    id         uuid primary key,
    written_at timestamptz not null default clock_timestamp(),
    events     json not null
);

create index outgoing_by_age on calendar.outgoing (written_at);
