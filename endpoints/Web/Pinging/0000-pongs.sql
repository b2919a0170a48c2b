-- Answers wait here for the request that asked: the reply may reach another instance of Web than the one that holds the request.
create table pongs (
    ping_id    uuid primary key,
    handled_by text not null
);
