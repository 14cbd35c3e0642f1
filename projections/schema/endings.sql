-- What ends when: messages, and people whose erasure was asked for. Identifiers and times only.

CREATE TABLE message (
    message_id uuid PRIMARY KEY,
    thread_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    sent_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    is_read boolean NOT NULL,
    announced_end timestamptz,
    is_destroyed boolean NOT NULL
);

CREATE INDEX message_by_end ON message (ends_at) WHERE NOT is_destroyed;
CREATE INDEX message_by_unread_end ON message (ends_at) WHERE NOT is_read AND NOT is_destroyed;

CREATE TABLE person (
    user_id uuid PRIMARY KEY,
    practice_id uuid,
    address_id uuid,
    erased_by_practice uuid,
    due_at timestamptz,
    is_erased boolean NOT NULL DEFAULT false
);

CREATE INDEX person_by_day ON person (due_at) WHERE due_at IS NOT NULL AND NOT is_erased;
