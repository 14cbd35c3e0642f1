-- Every notice and what became of it, with the steps of its life. No address is here, and no word.

CREATE TABLE notice (
    notice_id uuid PRIMARY KEY,
    recipient_id uuid NOT NULL,
    occasion text NOT NULL,
    channel text NOT NULL,
    owed_at timestamptz NOT NULL,
    fate text NOT NULL,
    changed_at timestamptz NOT NULL,
    carrier text,
    reference text,
    status text
);

CREATE INDEX notice_to ON notice (recipient_id, owed_at);
CREATE INDEX notice_changed ON notice (changed_at);

CREATE TABLE step (
    notice_id uuid NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    kind text NOT NULL,
    detail text NOT NULL,
    in_doubt boolean NOT NULL,
    PRIMARY KEY (notice_id, version)
);

CREATE INDEX step_in_doubt ON step (notice_id) WHERE in_doubt;
