-- What must be true at every moment, whatever was killed in between: this view is empty. Tests look at it after every scenario, the running
-- system all the time.
create view calendar.invariant_violations as
with claimed as (
    select c.unit_id, lower(c.stay) + day as night,
           coalesce(sum(c.quantity) filter (where c.kind in ('hold', 'change', 'offer')), 0) as held,
           coalesce(sum(c.quantity) filter (where c.kind = 'booking'), 0) as booked,
           coalesce(sum(c.quantity) filter (where c.kind in ('block', 'feed')), 0) as blocked
    from calendar.claims c cross join lateral generate_series(0, upper(c.stay) - lower(c.stay) - 1) as day
    where c.state = 'live' and c.counted
    group by 1, 2
)
select 'counters are the sum of the claims' as invariant, unit_id, night, null::uuid as claim_id,
       format('counted %s/%s/%s, claimed %s/%s/%s', n.held, n.booked, n.blocked, c.held, c.booked, c.blocked) as detail
from calendar.nights n full join claimed c using (unit_id, night)
where (coalesce(n.held, 0), coalesce(n.booked, 0), coalesce(n.blocked, 0))
   <> (coalesce(c.held, 0), coalesce(c.booked, 0), coalesce(c.blocked, 0))
union all
select 'nothing is taken beyond its capacity', unit_id, night, null, format('%s of %s', held + booked + blocked, capacity)
from calendar.nights
where held + booked + blocked > capacity
union all
select 'nights know their unit''s capacity', n.unit_id, n.night, null, format('%s, not %s', n.capacity, coalesce(u.hard_cap, u.capacity))
from calendar.nights n join calendar.units u on u.id = n.unit_id
where n.night >= (now() at time zone u.time_zone)::date and n.capacity <> coalesce(u.hard_cap, u.capacity)
union all
select 'the lines of a claim share its state', min(unit_id::text)::uuid, null, id, string_agg(distinct kind || ' ' || state, ', ')
from calendar.claims
group by id
having count(distinct (kind, state)) > 1
union all
select 'whoever has an offer has its nights', w.unit_id, lower(w.stay), w.offer_id,
       format('entry %s is %s, its offer is %s', w.entry_id, w.state, coalesce(c.state, 'missing'))
from calendar.watchers w left join calendar.claims c on c.id = w.offer_id
where (w.state = 'offered') <> (c.state is not distinct from 'live');
