-- One order that can be proved. Appends wait for nobody; the sequencer alone gives positions.

-- Order was made by a lock on the whole table; now it is made afterwards.
DROP TYPE eventlog.stored_event_uuid;
DROP TRIGGER append_only ON eventlog.domain_events;
ALTER SEQUENCE eventlog.domain_events_notification_id_seq AS bigint NO CYCLE CACHE 1;

-- The newest notification id that anybody drew, whatever became of it.
CREATE FUNCTION eventlog.drawn() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END
    FROM eventlog.domain_events_notification_id_seq
$$;

-- Who appends takes a turn before the first notification id of the statement is drawn: a shared
-- advisory lock, until the transaction ends, whose key is the newest id drawn so far. So every id
-- that is drawn but not decided yet is larger than the key of a lock that is held, and nobody waits
-- for anybody. 21349 (0x5365) in the upper 16 bits of a key tells these locks from all others.
CREATE FUNCTION eventlog.take_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(
        (21349::bigint << 48)
        | eventlog.drawn()
    );
    RETURN NULL;
END;
$$;

CREATE TRIGGER take_turn BEFORE INSERT ON eventlog.domain_events
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.take_turn();

-- Every notification id up to this one is decided: its event is committed or will never be. The
-- newest id is read before the locks; a turn taken in between is behind what was read.
CREATE FUNCTION eventlog.decided() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bigint := eventlog.drawn();
BEGIN
    RETURN least(drawn, (
        SELECT min(((classid::bigint & 65535) << 32) | objid::bigint)
        FROM pg_locks
        WHERE locktype = 'advisory'
            AND objsubid = 1
            AND classid::bigint >> 16 = 21349
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ));
END;
$$;

-- What is hashed of an event: docs/audit-log.md describes it byte by byte.
CREATE FUNCTION eventlog.entry(
    originator_id uuid, originator_version bigint, topic text, state bytea
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT '\x0004'::bytea
        || '\x00000010'::bytea || uuid_send(originator_id)
        || '\x00000008'::bytea || int8send(originator_version)
        || int4send(length(convert_to(topic, 'UTF8'))) || convert_to(topic, 'UTF8')
        || int4send(length(state)) || state
$$;

-- The order, and the leaves of the tree over it (RFC 6962, section 2.1): position n is leaf n - 1.
CREATE TABLE eventlog.ledger (
    position bigint PRIMARY KEY,
    notification_id bigint NOT NULL UNIQUE,
    leaf bytea NOT NULL CHECK (length(leaf) = 32)
);

-- The nodes of the tree at levels 8, 16, 24 ...: each the root of a full subtree of 2^level leaves.
CREATE TABLE eventlog.subtree (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, index)
);

-- Gives the next positions, tells of it, and returns their leaves, in order. What is decided is asked
-- first; the statement that reads has a younger snapshot, so it sees all of that (READ COMMITTED).
CREATE FUNCTION eventlog.order_next(last_position bigint, last_id bigint, most integer)
RETURNS TABLE (notification_id bigint, leaf bytea) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    decided bigint := eventlog.decided();
BEGIN
    IF decided <= last_id THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH next AS (
        SELECT
            event.notification_id,
            eventlog.entry(originator_id, originator_version, topic, state) AS entry
        FROM eventlog.domain_events AS event
        WHERE event.notification_id > last_id AND event.notification_id <= decided
        ORDER BY event.notification_id LIMIT most
    ), ordered AS (
        INSERT INTO eventlog.ledger AS ledger (position, notification_id, leaf)
        SELECT
            last_position + row_number() OVER (ORDER BY next.notification_id),
            next.notification_id,
            sha256('\x00'::bytea || entry)
        FROM next
        RETURNING ledger.notification_id, ledger.leaf
    )
    SELECT ordered.notification_id, ordered.leaf FROM ordered ORDER BY ordered.notification_id;
    IF FOUND THEN
        PERFORM pg_notify('eventlog_ordered', '');
    END IF;
END;
$$;

-- What happened, happened; also for the owner of the tables, and while replication is played back.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON eventlog.domain_events
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON eventlog.ledger
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON eventlog.subtree
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change();
ALTER TABLE eventlog.domain_events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE eventlog.ledger ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE eventlog.subtree ENABLE ALWAYS TRIGGER append_only;

-- Readers have come as far as before; positions are counted without gaps from now on.
ALTER TABLE projection.position ADD COLUMN notification_id bigint NOT NULL DEFAULT 0;
ALTER TABLE projection.position ADD COLUMN failure text;
UPDATE projection.position SET notification_id = position;
UPDATE projection.position SET position = (
    SELECT count(*) FROM eventlog.domain_events AS event
    WHERE event.notification_id <= projection.position.notification_id
);
UPDATE notices.position SET position = (
    SELECT count(*) FROM eventlog.domain_events AS event
    WHERE event.notification_id <= notices.position.position
);
