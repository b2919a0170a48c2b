-- Tables of the bus begin with a prefix per endpoint. Two endpoints under one prefix would take each other's messages
-- for done and lose them; so each prefix has one owner, who may start as often as it likes.
create table table_prefixes (
    prefix     text primary key,
    endpoint   text not null,
    claimed_at timestamptz not null default now()
);
