-- What a guest waits for. Whose turn it is, and what is offered, the calendar knows.
create table web.waitlist (
    id                uuid primary key,
    guest_id          uuid not null,
    unit_id           uuid not null,
    check_in          date not null,
    check_out         date not null check (check_out > check_in),
    quantity          int not null check (quantity > 0),
    adults            int not null,
    children          int not null,
    infants           int not null,
    payment_method_id text,
    joined_at         timestamptz not null,
    booking_id        uuid                  -- what came of the offer
);
create index waitlist_of_guest on web.waitlist (guest_id, unit_id);
