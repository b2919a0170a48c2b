-- What a guest asked to change, and the price it was offered at. What becomes of it is the reservations' business.
alter table web.changes add column price json not null;

-- For what a change costs more, unless the guest names another one.
alter table web.bookings add column payment_method_id text;
