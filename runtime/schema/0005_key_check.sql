-- What the right keys say to a fixed question, so that wrong ones are noticed before they do harm.

CREATE TABLE vault.key_check (
    name text PRIMARY KEY,
    answer bytea NOT NULL
);
