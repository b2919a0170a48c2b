-- Buckets of tries at signing in. Unlogged: after a crash everybody may try afresh.
create unlogged table attempts (
    key        bytea primary key,
    tokens     double precision not null,
    counted_at timestamptz not null
);

create index attempts_age on attempts (counted_at); -- full again after a minute, and then forgotten
