-- Whoever asks for another change finds the one that is still open.
create index changes_of_booking on web.changes (booking_id, id desc);
