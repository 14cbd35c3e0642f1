-- The log of everything that happened. Columns as eventsourcing 9.5 reads and writes them.

CREATE SCHEMA eventlog;

CREATE TABLE eventlog.domain_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);

CREATE UNIQUE INDEX domain_events_notification_id_idx ON eventlog.domain_events (notification_id);

CREATE TYPE eventlog.stored_event_uuid AS (
    originator_id uuid,
    originator_version bigint,
    topic text,
    state bytea
);

-- What happened, happened.
CREATE FUNCTION eventlog.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % refused', TG_OP;
END;
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON eventlog.domain_events
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change();
