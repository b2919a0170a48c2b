-- The same columns, and what changes to something cheaper have given back.
create or replace view reservation.booking_view as
    select b.*, (select coalesce(sum((t.details ->> 'refunded')::bigint), 0)
                   from reservation.timeline t where t.booking_id = b.booking_id and t.happened = 'refunded')::bigint as refunded,
           (select coalesce(sum((t.details ->> 'refund')::bigint), 0)
              from reservation.timeline t where t.booking_id = b.booking_id and t.happened = 'changed')::bigint as from_changes
      from reservation.bookings b where b.requested_at is not null;
