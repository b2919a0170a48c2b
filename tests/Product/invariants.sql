-- What must be true of the whole product once nothing is under way: one line for each violation. The schemas are owned by different endpoints, which no
-- transaction spans, so that only a bystander can compare them. Booking states of the saga, by number: 0 to 2 are on their way (requested, held,
-- awaiting payment), 3 to 5 wait (for the host, for arrival, for departure), from 6 on the booking has ended.

with booking as (
    select b.booking_id, b.status, (b.price #>> '{total,amount}')::bigint as total, coalesce(b.refund, 0) as refund,
           daterange(b.check_in, b.check_out) as stay, b.quantity,
           b.confirmed_at is not null as was_confirmed,
           b.status in ('confirmed', 'in_stay') as has_its_nights,
           b.status in ('unavailable', 'expired', 'declined', 'payment_failed', 'cancelled') as has_ended
    from reservation.booking_view b
),
saga as (
    select "Correlation_BookingId" as booking_id, coalesce(("Data"::jsonb ->> 'Status')::int, 0) as status, "Data"::jsonb as data from bus."reservation_BookingSaga"
),
-- What of each payment is the booking's: taken and not given back, or held and to be taken. Only the saga knows how much less that is after a refund.
payment as (
    select p.booking_id, case p.status
               when 'authorized' then p.authorized - coalesce((s."Data"::jsonb #>> '{NotTaken,Amount}')::bigint, 0)
               when 'captured' then p.captured - p.refunded
               else 0 end as kept
    from payment.payments p join bus."payment_PaymentSaga" s on s."Correlation_PaymentId" = p.payment_id
),
money as (
    select booking_id, sum(kept) as kept from payment group by booking_id
)

-- 1: within the calendar.
select invariant, format('unit %s night %s claim %s', unit_id, night, claim_id) as subject, detail from calendar.invariant_violations

-- 2: bookings and claims.
union all
select 'a confirmed booking has one booking claim', booking_id::text, format('%s, %s claims', status, claims)
from booking cross join lateral (select count(*) as claims from calendar.claims c where c.id = booking_id and c.kind = 'booking' and c.state = 'live') c
where has_its_nights and claims <> 1
union all
select 'a booking has the nights that people see', booking_id::text, format('%s × %s, claimed %s × %s', b.quantity, b.stay, c.quantity, c.stay)
from booking b join calendar.claims c on c.id = booking_id and c.kind = 'booking' and c.state = 'live'
where (b.stay, b.quantity) <> (c.stay, c.quantity)
union all
select 'a change that ended has no claim', c.id::text, n.status
from calendar.claims c join reservation.changes n on n.change_id = c.id
where c.kind = 'change' and c.state = 'live' and n.status <> 'proposed'
union all
select 'an ended booking has no claim', booking_id::text, format('%s, %s %s', status, c.kind, c.state)
from booking join calendar.claims c on c.id = booking_id
where has_ended and c.state = 'live'
union all
select 'a claim belongs to a booking', c.id::text, format('%s %s', c.kind, c.state)
from calendar.claims c left join booking b on b.booking_id = c.id
where c.kind in ('hold', 'booking') and c.state = 'live' and b.booking_id is null

-- 3 and 5: bookings and money.
union all
select 'a confirmed booking is paid', booking_id::text, format('%s, %s of %s', status, coalesce(kept, 0), total)
from booking left join money using (booking_id)
where has_its_nights and coalesce(kept, 0) <> total
union all
select 'a booking that was never confirmed keeps no money', booking_id::text, format('%s, kept %s', status, kept)
from booking join money using (booking_id)
where has_ended and not was_confirmed and kept <> 0
union all
select 'a booking that was cancelled keeps what its policy says', booking_id::text, format('kept %s of %s, refund %s', kept, total, refund)
from booking join money using (booking_id)
where has_ended and was_confirmed and kept <> total - refund
union all
select 'money belongs to a booking', p.payment_id::text, p.status
from payment.payments p left join booking b on b.booking_id = p.booking_id
where p.status in ('authorized', 'captured') and b.booking_id is null

union all
select 'a change that was not applied keeps no money', p.payment_id::text, format('%s, %s', n.status, p.status)
from payment.payments p join reservation.changes n on n.change_id = p.payment_id
where n.status <> 'applied' and (p.status = 'authorized' or p.captured > p.refunded)

-- 6: keys, bookings and changes.
union all
select 'an accepted key is one booking', i.about::text, format('%s keys, %s requests, %s bookings, %s sagas', count(*), count(w.id), count(b.booking_id), count(s.booking_id))
from web.idempotency i
left join web.bookings w on w.id = i.about left join booking b on b.booking_id = i.about left join saga s on s.booking_id = i.about
where i.route = 'POST /api/v1/bookings' and i.about is not null
group by i.about
having (count(*), count(w.id), count(b.booking_id), count(s.booking_id)) <> (1, 1, 1, 1)
union all
select 'an accepted key is one change', i.about::text, format('%s keys, %s requests, %s changes, %s sagas', count(*), count(w.id), count(c.change_id), count(s."Id"))
from web.idempotency i
left join web.changes w on w.id = i.about left join reservation.changes c on c.change_id = i.about
left join bus."reservation_BookingChangeSaga" s on s."Correlation_ChangeId" = i.about
where i.route = 'POST /api/v1/bookings/{bookingId:guid}/changes' and i.about is not null
group by i.about
having (count(*), count(w.id), count(c.change_id), count(s."Id")) <> (1, 1, 1, 1)
union all
select 'a change that was applied changed its booking once', b.booking_id::text, format('%s applied, changed %s times', applied, changed)
from booking b
cross join lateral (select count(*) as applied from reservation.changes c where c.booking_id = b.booking_id and c.status = 'applied') a
cross join lateral (select count(*) as changed from reservation.timeline t where t.booking_id = b.booking_id and t.happened = 'changed') t
where applied <> changed
union all
select 'a cancellation that was accepted ends the booking', i.about::text, b.status
from web.idempotency i join booking b on b.booking_id = i.about
where i.route = 'POST /api/v1/bookings/{bookingId:guid}/cancel' and i.status < 300 and not b.has_ended
union all
select 'the host''s answer that was accepted arrives', i.about::text, b.status
from web.idempotency i join booking b on b.booking_id = i.about
where i.route in ('POST /api/v1/bookings/{bookingId:guid}/accept', 'POST /api/v1/bookings/{bookingId:guid}/decline') and i.status < 300
  and b.status = 'awaiting_host'
union all
select 'what was committed has been sent', "MessageId", 'web' from bus."web_OutboxData" where not "Dispatched"
union all
select 'what was committed has been sent', "MessageId", 'reservation' from bus."reservation_OutboxData" where not "Dispatched"
union all
select 'what was committed has been sent', "MessageId", 'payment' from bus."payment_OutboxData" where not "Dispatched"
union all
select 'a booking was asked for', b.booking_id::text, b.status
from booking b left join web.bookings w on w.id = b.booking_id
where w.id is null

-- 7: the waitlist. Whoever has an offer has its nights says the calendar itself.
union all
select 'an offer belongs to an entry', c.id::text, format('%s, %s', c.state, coalesce(w.state, 'no entry'))
from calendar.claims c left join calendar.watchers w on w.offer_id = c.id
where c.kind = 'offer' and c.state = 'live' and w.state is distinct from 'offered'
union all
select 'who asked to wait stands in the line', e.id::text, format('booking %s', e.booking_id)
from web.waitlist e left join calendar.watchers w on w.entry_id = e.id
where w.entry_id is null
union all
select 'nobody waits for nights that are free', entry_id::text, format('%s to %s', check_in, check_out)
from calendar.watcher_view
where state = 'waiting' and waits_because = 'nights_not_free' and waits_for_night is null
union all
select 'an offer that was taken is one booking', w.entry_id::text, format('%s, booking %s', w.state, e.booking_id)
from calendar.watchers w join web.waitlist e on e.id = w.entry_id
where (w.state = 'served') <> exists ( -- one that comes when the offer has just ended is refused, and takes nothing
    select from booking b join calendar.claims c on c.id = b.booking_id and c.unit_id is not null and c.state <> 'refused' where b.booking_id = e.booking_id)
union all
select 'somebody waits exactly as long as the line knows of it', w.entry_id::text, w.state
from calendar.watchers w left join bus."reservation_WaitlistOfferSaga" s on s."Correlation_EntryId" = w.entry_id and (s."Data"::jsonb ->> 'Started')::boolean
where (w.state in ('waiting', 'offered')) <> (s."Correlation_EntryId" is not null)

-- 8: nobody waits for an answer that does not come.
union all
select 'a booking is not stuck', booking_id::text, format('status %s, going back: nights %s, money %s', status, data ->> 'NightsGoingBack', data ->> 'GoingBack')
from saga
where status < 3 or status >= 6 and not coalesce((data ->> 'Settled')::boolean, false)
   or data -> 'Change' <> 'null'
union all
-- By number: 1 waits for the guest or its deadline, 4 has ended.
select 'a change is not stuck', "Correlation_ChangeId"::text, "Data"::text from bus."reservation_BookingChangeSaga"
where coalesce(("Data"::jsonb ->> 'Step')::int, 0) not in (1, 4)
union all
select 'a payment is not stuck', "Correlation_PaymentId"::text, "Data"::text from bus."payment_PaymentSaga" where "Data"::jsonb ? 'Step'
union all
select 'no call to Stripe is outstanding', payment_id::text, format('%s is %s', kind, state) from payment.steps where state <> 'done'

-- What people see is what happened.
union all
select 'the view shows the booking as it is', s.booking_id::text, format('saga version %s, view %s at %s', s.data ->> 'Version', b.status, v.version)
from saga s left join booking b using (booking_id)
left join lateral (select count(*) as version from reservation.timeline t where t.booking_id = s.booking_id) v on true
where (s.data ->> 'Version')::int <> v.version
