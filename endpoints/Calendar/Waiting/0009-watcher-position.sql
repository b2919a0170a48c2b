-- The same columns; the position is counted for the entries that are asked for, instead of ranking everybody who waits anywhere.
create or replace view calendar.watcher_view as
select w.entry_id, w.unit_id, lower(w.stay) as check_in, upper(w.stay) as check_out, w.quantity, w.state, w.offer_id, w.overtaken_by,
       case when w.state = 'waiting' then 1 + (
           select count(*) from calendar.watchers o
           where o.unit_id = w.unit_id and o.state = 'waiting' and (-o.priority, o.joined_at, o.entry_id) < (-w.priority, w.joined_at, w.entry_id)) end as position,
       case when w.state <> 'waiting' then null
            when not u.on_sale then 'sale_closed'
            when lower(w.stay) < (now() at time zone u.time_zone)::date + u.lead_days then 'too_late_to_arrive'
            else 'nights_not_free' end as waits_because,
       case when w.state = 'waiting' then full_night.first end as waits_for_night
from calendar.watchers w
join calendar.units u on u.id = w.unit_id
left join lateral (
    select min(n.night) as first from calendar.nights n
    where n.unit_id = w.unit_id and n.night <@ w.stay and (n.closed or n.capacity - n.held - n.booked - n.blocked < w.quantity)) full_night on true;
