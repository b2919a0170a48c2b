-- The newest capacity that the calendar was asked for and has not answered: until then an answer to an older request says nothing new.
alter table web.units add column capacity_change uuid;
