-- Which of the keys outside the database are valid, and which of them wrapped each data key.

-- A key is known by the first eight bytes of what it says to a fixed question.
CREATE TABLE vault.master_key (
    id bytea PRIMARY KEY CHECK (length(id) = 8),
    name text NOT NULL,
    valid_since timestamptz NOT NULL DEFAULT now()
);
INSERT INTO vault.master_key (id, name) SELECT substring(answer FROM 1 FOR 8), name FROM vault.key_check;
DROP TABLE vault.key_check;

-- There was one key of each name so far. From now on no data key hangs under a key that is not valid,
-- and no key stops being valid as long as anything hangs under it.
ALTER TABLE vault.data_key ADD COLUMN wrapped_by bytea REFERENCES vault.master_key;
UPDATE vault.data_key SET wrapped_by = (SELECT id FROM vault.master_key WHERE name = kind);
ALTER TABLE vault.data_key ALTER COLUMN wrapped_by SET NOT NULL;
