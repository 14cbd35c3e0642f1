-- Who may compose, until when, and which event made it so.

CREATE TABLE entitlement (
    user_id uuid PRIMARY KEY,
    paid_until timestamptz,
    granted boolean NOT NULL DEFAULT false,
    made_by_version bigint NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE TABLE purchase (
    purchase_id uuid PRIMARY KEY,
    buyer_id uuid NOT NULL,
    plan text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    started_at timestamptz NOT NULL,
    paid_at timestamptz
);

CREATE INDEX purchase_of_buyer ON purchase (buyer_id, started_at DESC);
