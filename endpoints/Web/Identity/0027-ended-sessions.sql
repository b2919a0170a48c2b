create index sessions_ended on web.sessions (ended_at) where ended_at is not null; -- for forgetting after a day
