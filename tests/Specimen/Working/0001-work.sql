create table work (
    id     uuid primary key,
    worker int not null
);
