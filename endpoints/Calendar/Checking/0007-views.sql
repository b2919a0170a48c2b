-- What others may read. A night for which a hold has lapsed is free here too, before anybody swept it up.

-- Nights that something is known about; every other night of a unit inside its horizon is free.
create view calendar.night_view as
select n.unit_id, n.night, n.capacity, n.held + n.booked + n.blocked - coalesce(overdue.quantity, 0) as taken,
       n.held, n.booked, n.blocked, n.price, n.min_stay, n.closed, n.reason
from calendar.nights n
left join lateral (
    select sum(c.quantity)::integer as quantity
    from calendar.claims c
    where c.unit_id = n.unit_id and c.state = 'live' and c.kind in ('hold', 'change', 'offer') and c.counted
      and c.expires_at <= now() and c.stay @> n.night) overdue on true;

-- Each night of a range, as it can be sold at this moment: never stale.
create function calendar.availability(of_unit uuid, first date, until date)
returns table (night date, available integer, price bigint, min_stay integer, closed boolean)
language sql stable as $$
    select day.night,
           case when coalesce(n.closed, false) or not u.on_sale or day.night < today.date or day.night >= today.date + u.horizon_days
                     or coalesce(u.ticket_date, day.night) <> day.night then 0
                else greatest(0, coalesce(n.capacity, u.hard_cap, u.capacity) - coalesce(n.taken, 0)) end,
           n.price, coalesce(n.min_stay, u.min_nights), coalesce(n.closed, false)
    from calendar.units u
    cross join lateral (select (now() at time zone u.time_zone)::date as date) today
    cross join lateral (select first + i as night from generate_series(0, until - first - 1) as i) day
    left join calendar.night_view n on n.unit_id = u.id and n.night = day.night
    where u.id = of_unit
    order by 1
$$;

-- How many of the unit a stay can have: of its fullest night.
create function calendar.free_for(of_unit uuid, check_in date, check_out date) returns integer language sql stable as $$
    select min(available) from calendar.availability(of_unit, check_in, check_out)
$$;

create view calendar.unit_view as
select id as unit_id, listing_id, host_id, kind, capacity, hard_cap, time_zone, check_in_time, check_out_time, min_nights, max_nights,
       lead_days, horizon_days, ticket_date, on_sale, version, (now() at time zone time_zone)::date as today
from calendar.units;

create view calendar.claim_view as
select id as claim_id, line, unit_id, lower(stay) as check_in, upper(stay) as check_out, quantity, kind, state, expires_at, version,
       entry_id, claimed_at,
       state = 'live' and (kind not in ('hold', 'change', 'offer') or expires_at > now()) as has_its_nights
from calendar.claims
where counted and unit_id is not null;

create view calendar.block_view as
select id as block_id, unit_id, lower(stay) as from_night, upper(stay) as until_night, quantity, note,
       case state when 'live' then 'blocked' when 'refused' then 'refused' else 'lifted' end as status,
       refusal ->> 'reason' as reason, (refusal ->> 'night')::date as first_taken_night, refusal -> 'conflicts' as conflicts,
       claimed_at as at
from calendar.claims
where kind = 'block' and unit_id is not null;

create view calendar.change_view as
select id as change_id, unit_id, case when refusal is null then 'done' else 'refused' end as status,
       refusal ->> 'reason' as reason, (refusal ->> 'night')::date as night, at
from calendar.changes;

-- Who waits, as how many-th, and what for. One entry is looked up without looking at the whole line.
create view calendar.watcher_view as
select w.entry_id, w.unit_id, lower(w.stay) as check_in, upper(w.stay) as check_out, w.quantity, w.state, w.offer_id, w.overtaken_by,
       case when w.state = 'waiting' then 1 + (
           select count(*) from calendar.watchers ahead
           where ahead.unit_id = w.unit_id and ahead.state = 'waiting'
             and (-ahead.priority, ahead.joined_at, ahead.entry_id) < (-w.priority, w.joined_at, w.entry_id)) end as position,
       case when w.state <> 'waiting' then null
            when not u.on_sale then 'sale_closed'
            when lower(w.stay) < (now() at time zone u.time_zone)::date + u.lead_days then 'too_late_to_arrive'
            else 'nights_not_free' end as waits_because,
       case when w.state = 'waiting' then full_night.first end as waits_for_night
from calendar.watchers w
join calendar.units u on u.id = w.unit_id
left join lateral (
    select min(n.night) as first
    from calendar.nights n
    where n.unit_id = w.unit_id and n.night >= lower(w.stay) and n.night < upper(w.stay)
      and (n.closed or n.capacity - n.held - n.booked - n.blocked < w.quantity)) full_night on true;
