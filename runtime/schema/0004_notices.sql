-- Notices that are owed to people, and what became of them. Addresses and texts are never here.

CREATE SCHEMA notices;

CREATE TABLE notices.position (position bigint NOT NULL);

-- Start at the head of the log: the past is not mailed.
INSERT INTO notices.position
SELECT coalesce(max(notification_id), 0) FROM eventlog.domain_events;

CREATE TABLE notices.owed (
    notice_id uuid PRIMARY KEY,
    occasion text NOT NULL,
    recipient_id uuid NOT NULL,
    facts jsonb NOT NULL,
    owed_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'accepted', 'abandoned')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    answered_at timestamptz,
    answer text
);

CREATE INDEX owed_next ON notices.owed (next_try_at) WHERE state = 'owed';
