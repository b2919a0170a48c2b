-- What is known of the money, as Stripe said it. The limits stand here so that no order of messages can break them.
create table payment.payments (
    payment_id     uuid primary key,
    booking_id     uuid not null,
    guest_id       uuid not null,
    currency       text not null,
    amount         bigint not null check (amount > 0),   -- minor units, as all amounts
    status         text not null default 'pending'
        check (status in ('pending', 'requires_action', 'authorized', 'captured', 'declined', 'voided')),
    authorized     bigint not null default 0 check (authorized between 0 and amount),
    captured       bigint not null default 0 check (captured between 0 and authorized),
    -- counts a refund from the moment it is decided: two that are decided at once cannot both pass
    refunded       bigint not null default 0 check (refunded between 0 and captured),
    intent_id      text unique,
    capture_before timestamptz,
    client_secret  text,                                 -- only while the guest must act
    code           text,                                 -- why it was declined
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
create index payments_of_booking on payment.payments (booking_id);

-- Every call to Stripe, written down and committed before it is made. The id is the idempotency key, path and form are frozen: whoever
-- repeats the call after a crash sends exactly the same.
create table payment.steps (
    step_id       uuid primary key,
    payment_id    uuid not null references payment.payments,
    kind          text not null check (kind in ('hold', 'take', 'let_go', 'give_back', 'look')),
    path          text not null,
    form          text not null,
    intent_id     text,
    amount        bigint not null,
    -- A new number is a new key. It grows only after a look at Stripe has shown that the old key made nothing.
    key_number    int not null default 1,
    state         text not null default 'due' check (state in ('due', 'calling', 'unknown', 'done')),
    must_look     boolean not null default false,
    attempts      int not null default 0,
    first_sent_at timestamptz,                           -- under this key number
    last_sent_at  timestamptz,
    due_at        timestamptz not null default now(),
    -- Whoever calls holds the step until then, and says again and again that he is alive. All by the database's clock.
    leased_by     uuid,
    leased_until  timestamptz,
    request_id    text,                                  -- Stripe's, of the last answer
    answer        jsonb,                                 -- what the saga was told, told again to whoever asks again
    created_at    timestamptz not null default now(),
    check ((state = 'done') = (answer is not null))
);
create index steps_due on payment.steps (due_at) where state <> 'done';
create index steps_of_payment on payment.steps (payment_id);

-- Published for Web. The secret is for the guest's own browser and for nobody else.
create view payment.payment_view as
    select payment_id, booking_id, guest_id, currency, amount, status, authorized, captured, refunded, capture_before, client_secret, code, updated_at,
           exists (select from payment.steps s where s.payment_id = p.payment_id and s.state = 'unknown') as unknown
      from payment.payments p;
