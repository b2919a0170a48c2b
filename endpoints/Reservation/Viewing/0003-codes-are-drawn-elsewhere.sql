-- Web, which draws the codes, keeps them apart. Here a second one could only keep a booking from being seen; and nobody looks for a booking by its code.
drop index reservation.bookings_confirmation_code;
