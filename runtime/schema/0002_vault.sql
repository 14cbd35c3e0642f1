-- Secrets that the log must never hold: wrapped keys, password hashes, link hashes, sessions.

CREATE SCHEMA vault;

CREATE TABLE vault.data_key (
    kind text NOT NULL CHECK (kind IN ('content', 'personal')),
    owner uuid NOT NULL,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, owner)
);

CREATE TABLE vault.password (
    user_id uuid PRIMARY KEY,
    hash text NOT NULL,
    set_at timestamptz NOT NULL
);

CREATE TABLE vault.link (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);

CREATE INDEX link_of_user ON vault.link (user_id, purpose);

CREATE TABLE vault.session (
    id_hash bytea PRIMARY KEY,
    user_id uuid,
    content jsonb NOT NULL,
    started_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL
);

CREATE INDEX session_by_age ON vault.session (last_seen_at);
CREATE INDEX session_of_user ON vault.session (user_id);
