-- A listing is not deleted while somebody books it, and a request is here before anybody else knows of it.
alter table web.bookings add column listing_id uuid;
update web.bookings b set listing_id = u.listing_id from web.quotes q join web.units u on u.id = q.unit_id where q.id = b.quote_id;
alter table web.bookings alter column listing_id set not null;
create index bookings_of_listing on web.bookings (listing_id);
