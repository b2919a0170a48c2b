-- The same columns; nights that the host has closed are not for sale, whoever has them: that is why somebody waits, and for the first of them.
create or replace view calendar.watcher_view as
select w.entry_id, w.unit_id, lower(w.stay) as check_in, upper(w.stay) as check_out, w.quantity, w.state, w.offer_id, w.overtaken_by,
       case when w.state = 'waiting' then 1 + (
           select count(*) from calendar.watchers o
           where o.unit_id = w.unit_id and o.state = 'waiting' and (-o.priority, o.joined_at, o.entry_id) < (-w.priority, w.joined_at, w.entry_id)) end as position,
       case when w.state <> 'waiting' then null
            when not u.on_sale then 'sale_closed'
            when lower(w.stay) < (now() at time zone u.time_zone)::date + u.lead_days then 'too_late_to_arrive'
            when missing.closed is not null then 'sale_closed'
            else 'nights_not_free' end as waits_because,
       case when w.state = 'waiting' then coalesce(missing.closed, missing.taken) end as waits_for_night
from calendar.watchers w
join calendar.units u on u.id = w.unit_id
left join lateral (
    select min(n.night) filter (where n.closed) as closed,
           min(n.night) filter (where n.capacity - n.held - n.booked - n.blocked < w.quantity) as taken
    from calendar.nights n
    where n.unit_id = w.unit_id and n.night <@ w.stay) missing on true;
