-- What people see of bookings. Filled from the events that the booking saga publishes, which arrive in any order and more than once:
-- each column keeps what the newest event that speaks of it said.
create table reservation.bookings (
    booking_id        uuid primary key,
    status            text not null,
    status_version    int not null,           -- of the event that set status and code
    code              text,                   -- why it ended, when it was refused
    requested_at      timestamptz,            -- null until the request itself was seen; the view leaves such rows out

    guest_id          uuid not null,
    host_id           uuid not null,
    listing_id        uuid,
    confirmation_code text,
    instant_book      boolean,
    time_zone         text,
    check_in_time     time,
    check_out_time    time,

    shape_version     int not null default 0, -- of the event that set the columns up to policy: the request, or the newest change
    unit_id           uuid,
    check_in          date,
    check_out         date,
    quantity          int,
    adults            int,
    children          int,
    infants           int,
    price             jsonb,
    policy            jsonb,

    pay_by            timestamptz,
    answer_by         timestamptz,
    confirmed_at      timestamptz,
    cancelled_at      timestamptz,
    cancelled_by      text,
    cancel_reason     text,
    refund            bigint,                 -- what the cancellation gives back, minor units
    updated_at        timestamptz not null default now(),

    check (check_out > check_in)
);
create unique index bookings_confirmation_code on reservation.bookings (confirmation_code);
create index bookings_of_guest on reservation.bookings (guest_id, requested_at desc, booking_id);
create index bookings_of_host on reservation.bookings (host_id, requested_at desc, booking_id);
create index bookings_of_unit on reservation.bookings (unit_id, check_in);

create table reservation.timeline (
    booking_id uuid not null,
    version    int not null,
    happened   text not null,
    details    jsonb not null default '{}',
    at         timestamptz not null default now(),
    primary key (booking_id, version)       -- an event that is told twice is one line
);

-- Hosts who cancel confirmed bookings pay for it; the next payout nets it.
create table reservation.penalties (
    booking_id uuid primary key,
    host_id    uuid not null,
    amount     bigint not null check (amount > 0),
    currency   text not null,
    at         timestamptz not null default now()
);
create index penalties_of_host on reservation.penalties (host_id);

create table reservation.changes (
    change_id  uuid primary key,
    booking_id uuid not null,
    step       int not null,                  -- 1 proposed, 2 ended; an older step never overwrites a newer one
    status     text not null,
    difference bigint,
    currency   text,
    expires_at timestamptz,
    code       text
);
create index changes_of_booking on reservation.changes (booking_id);

-- Published for Web.
create view reservation.booking_view as
    select b.*, (select coalesce(sum((t.details ->> 'refunded')::bigint), 0)
                   from reservation.timeline t where t.booking_id = b.booking_id and t.happened = 'refunded')::bigint as refunded
      from reservation.bookings b where b.requested_at is not null;
create view reservation.timeline_view as select booking_id, version, happened, details, at from reservation.timeline;
create view reservation.change_view as select * from reservation.changes;
