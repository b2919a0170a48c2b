-- Among ten thousand bookings two would draw the same six characters once in twenty times: the second one draws again.
create unique index bookings_confirmation_code on web.bookings (confirmation_code);
