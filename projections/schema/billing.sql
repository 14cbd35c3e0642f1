-- What was paid, who pays for whom and until when, and what the cashier has to do. Nothing of a card
-- but the vendor's name for it, and the month in which it expires.

CREATE TABLE purchase (
    purchase_id uuid PRIMARY KEY,
    buyer_id uuid NOT NULL,
    user_id uuid NOT NULL, -- whose tier it is
    plan text NOT NULL,
    months integer NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    started_at timestamptz NOT NULL,
    state text NOT NULL,
    session_id text, -- the card page, if it has one
    reference text, -- the money that moved, or failed to
    method text, -- the vendor's name for the saved card that was charged last
    paid_at timestamptz,
    refunded bigint NOT NULL DEFAULT 0,
    term_starts_at timestamptz,
    term_ends_at timestamptz
);

CREATE INDEX purchase_of_buyer ON purchase (buyer_id, paid_at DESC);
CREATE INDEX purchase_of_user ON purchase (user_id);
CREATE INDEX purchase_by_reference ON purchase (reference);
CREATE INDEX purchase_by_payment ON purchase (paid_at);
CREATE INDEX purchase_unsettled ON purchase (state)
    WHERE state IN ('at the card page', 'being charged', 'given up', 'refund owed');

CREATE TABLE subscription (
    subscription_id uuid PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE,
    payer_id uuid NOT NULL,
    plan text NOT NULL,
    months integer NOT NULL,
    amount bigint NOT NULL, -- what the next term costs
    currency text NOT NULL,
    state text NOT NULL,
    ends_at timestamptz,
    grace_ends_at timestamptz,
    tried_on integer NOT NULL DEFAULT 0,
    decline text NOT NULL DEFAULT '',
    renewal_id uuid,
    renewal_started_at timestamptz
);

CREATE INDEX subscription_of_payer ON subscription (payer_id);
CREATE INDEX subscription_by_end ON subscription (ends_at) WHERE state <> 'free';

CREATE TABLE payer (
    payer_id uuid PRIMARY KEY, -- of what is known of her as a payer
    user_id uuid NOT NULL,
    method text, -- the vendor's name for the card that is charged
    expires_year integer,
    expires_month integer,
    announced_year integer,
    announced_month integer
);

CREATE INDEX payer_of_user ON payer (user_id);

CREATE TABLE card_page (
    update_id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    is_closed boolean NOT NULL DEFAULT false
);

CREATE INDEX card_page_open ON card_page (opened_at) WHERE NOT is_closed;

CREATE TABLE report (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    reported_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    outcome text
);

CREATE INDEX report_open ON report (received_at) WHERE outcome IS NULL;

CREATE TABLE plan (
    plan text PRIMARY KEY,
    months integer NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    is_sold boolean NOT NULL
);

CREATE TABLE reconciliation (
    position bigint PRIMARY KEY,
    ran_at timestamptz NOT NULL,
    since timestamptz NOT NULL,
    reports integer NOT NULL,
    charges integer NOT NULL,
    missed_reports integer NOT NULL,
    repaired integer NOT NULL
);

CREATE TABLE difference (
    position bigint PRIMARY KEY,
    found_at timestamptz NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    purchase_id uuid
);
