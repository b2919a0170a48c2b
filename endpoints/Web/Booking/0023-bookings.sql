-- What Web itself knows of a booking: the request as it was accepted, and what is personal about it and never leaves this schema.
create table web.bookings (
    id                uuid primary key,
    guest_id          uuid not null,
    host_id           uuid not null,
    quote_id          uuid not null unique,     -- a quote is booked once, whatever the client's keys say
    confirmation_code text not null,
    guest_name        text,
    guest_email       text,
    special_requests  text,
    created_at        timestamptz not null default now()
);
create index bookings_of_guest on web.bookings (guest_id, id);

-- The first cancellation of a booking is the one that counts; whoever repeats it gets its answer.
create table web.cancellations (
    booking_id uuid primary key,
    by         text not null,
    asked_at   timestamptz not null default now(),
    reason     text not null
);

create table web.changes (
    id         uuid primary key,
    booking_id uuid not null,
    guest_id   uuid not null,
    created_at timestamptz not null default now()
);
