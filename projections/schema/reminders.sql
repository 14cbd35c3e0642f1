-- Who waits to be reminded: of an invitation, or of a message. Identifiers and times only.

CREATE TABLE person (
    user_id uuid PRIMARY KEY,
    is_invited boolean NOT NULL,
    is_registered boolean NOT NULL,
    mailed_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reminded_day integer NOT NULL,
    reminded_at timestamptz,
    -- In which versions of the account the present address was recorded, and one that fails.
    address_version bigint NOT NULL,
    failed_version bigint,
    nudged_at timestamptz
);

CREATE INDEX person_by_mail ON person (mailed_at) WHERE is_invited;

CREATE TABLE message (
    message_id uuid PRIMARY KEY,
    recipient_id uuid NOT NULL,
    sent_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    is_waiting boolean NOT NULL
);

CREATE INDEX message_by_age ON message (sent_at) WHERE is_waiting;
