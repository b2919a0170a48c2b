create table accounts (
    id                   uuid primary key,
    email                text not null unique,   -- normalised: one mailbox is one account
    password_hash        text not null,
    first_name           text not null,
    last_name            text not null,
    phone                text,
    birth_date           date,
    preferred_currency   text,
    preferred_language   text,
    roles                text[] not null default '{guest}' check (roles <@ '{guest,host,support,finance,admin}'::text[]),
    email_verified_at    timestamptz,
    identity_verified_at timestamptz,
    created_at           timestamptz not null default now()
);

-- A session is what one sign-in began: a family of refresh tokens, of which only the newest is good.
create table sessions (
    id         uuid primary key,
    account_id uuid not null references accounts,
    began_at   timestamptz not null default now(),
    ended_at   timestamptz,                      -- access tokens name their session, so they die with it
    ended_why  text check ((ended_at is null) = (ended_why is null))
);

create index sessions_of_account on sessions (account_id) where ended_at is null;

create table refresh_tokens (
    hash       bytea primary key,                -- who reads the table cannot use what it holds
    session_id uuid not null references sessions,
    expires_at timestamptz not null,
    used_at    timestamptz                       -- used once; coming again it was stolen, and the session ends
);

create index refresh_tokens_of_session on refresh_tokens (session_id);

-- Proof of having read a mail.
create table mailed_tokens (
    hash       bytea primary key,
    account_id uuid not null references accounts,
    purpose    text not null check (purpose in ('verify_email', 'reset_password')),
    expires_at timestamptz not null,
    used_at    timestamptz
);

create index mailed_tokens_of_account on mailed_tokens (account_id);

-- What signs access tokens; every instance uses the newest, and believes the older ones until their last token has expired.
create table signing_keys (
    id         uuid primary key,
    secret     bytea not null check (length(secret) = 32),
    created_at timestamptz not null default now()
);

-- Mail that must go out, written in the transaction of its cause.
create table mails (
    id         uuid primary key,
    account_id uuid not null references accounts,
    kind       text not null check (kind in ('verify_email', 'address_is_taken', 'reset_password', 'password_changed')),
    token      text,                             -- goes into the link; the table of proofs has only its hash
    written_at timestamptz not null default now(),
    sent_at    timestamptz
);

create index mails_to_send on mails (written_at) where sent_at is null;
