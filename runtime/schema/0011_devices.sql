-- The browsers in which people signed in, so that a sign-in elsewhere can be told to them.

CREATE TABLE vault.device (
    user_id uuid NOT NULL,
    -- Over the person and the random name that the browser keeps.
    device_hash bytea NOT NULL,
    added_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device_hash)
);
