-- Notices on several channels, worked off by several senders at once.

-- In which mode the notifier worked last: what was owed in another one is not sent.
ALTER TABLE notices.position ADD COLUMN mode text;

ALTER TABLE notices.owed
    ADD COLUMN channel text NOT NULL DEFAULT 'email',
    ADD COLUMN urgency smallint NOT NULL DEFAULT 2,
    ADD COLUMN position bigint NOT NULL DEFAULT 0,
    ADD COLUMN doubts integer NOT NULL DEFAULT 0,
    ADD COLUMN taken_by integer,
    DROP CONSTRAINT owed_state_check,
    ADD CHECK (state IN ('owed', 'accepted', 'bounced', 'abandoned'));

COMMENT ON COLUMN notices.owed.position IS 'of the fact in the log: the read models must show it';
COMMENT ON COLUMN notices.owed.doubts IS 'attempts whose answer was lost, and which may have worked';
COMMENT ON COLUMN notices.owed.taken_by IS 'who sends it now: a process of the server whose advisory lock is held';

DROP INDEX notices.owed_next;
CREATE INDEX owed_next ON notices.owed (channel, urgency, next_try_at)
    WHERE state = 'owed' AND taken_by IS NULL;
CREATE INDEX owed_taken ON notices.owed (taken_by) WHERE taken_by IS NOT NULL;

-- The state of each channel, shared by all senders: its circuit breaker and its pace.
CREATE TABLE notices.channel (
    channel text PRIMARY KEY,
    failures integer NOT NULL DEFAULT 0,
    closed_until timestamptz,
    free_at timestamptz NOT NULL DEFAULT 'epoch'
);

COMMENT ON COLUMN notices.channel.failures IS 'in a row, of the carrier as a whole';
COMMENT ON COLUMN notices.channel.free_at IS 'when the next notice fits into the rate limit';

INSERT INTO notices.channel (channel) VALUES ('email'), ('text'), ('call');
