-- A home, a hotel or an event, and who may change it. What can be sold on which night is the calendar's business.
create table web.listings (
    id                  uuid primary key,
    host_id             uuid not null,
    kind                text not null check (kind in ('home', 'hotel', 'event')),
    status              text not null default 'draft' check (status in ('draft', 'active', 'inactive', 'under_review', 'deleted')),
    title               text not null,
    description         text not null,
    property_type       text not null,
    address_line        text not null,
    city                text not null,
    state               text,
    country             text not null,
    postal_code         text,
    lat                 numeric(9, 6) not null check (lat between -90 and 90),
    lon                 numeric(9, 6) not null check (lon between -180 and 180),
    time_zone           text not null,
    amenities           text[] not null,
    currency            text not null,
    cancellation_policy text not null,
    instant_book        boolean not null,
    check_in_time       time not null,
    check_out_time      time not null,
    star_rating         int check (star_rating between 1 and 5),
    version             bigint not null default 1,  -- grows with every change: the calendar keeps the newest definition, whatever order they come in
    created_at          timestamptz not null default now()
);
create index listings_of_host on web.listings (host_id, id);
create index listings_in_city on web.listings (city, kind) where status = 'active';

create table web.units (
    id            uuid primary key,
    listing_id    uuid not null references web.listings,
    name          text not null,
    capacity      int not null check (capacity > 0),
    max_guests    int not null check (max_guests > 0),
    bedrooms      int not null,
    beds          int not null,
    bathrooms     numeric(4, 1) not null,           -- halves occur
    base_price    bigint not null check (base_price >= 0),
    cleaning_fee  bigint not null check (cleaning_fee >= 0),
    rules_version int not null default 1,           -- grows when a price changes: a quote names the version that made it
    min_nights    int not null check (min_nights > 0),
    max_nights    int not null check (max_nights >= min_nights),
    ticket_date   date
);
create index units_of_listing on web.units (listing_id, id);
