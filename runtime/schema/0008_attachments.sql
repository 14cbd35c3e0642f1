-- Files that go with messages, or are on their way into one: what is needed to find their sealed
-- bytes, which lie elsewhere. Names are sealed; the keys are in the vault.

CREATE SCHEMA attachments;

CREATE TABLE attachments.file (
    attachment_id uuid PRIMARY KEY,
    owner_id uuid NOT NULL,
    account_id uuid NOT NULL, -- whose quota it counts in: the owner's practice, or the owner
    form_id uuid NOT NULL, -- the form in which it was chosen
    name text NOT NULL,
    length bigint CHECK (length > 0), -- unknown while a plain form brings it
    received bigint NOT NULL DEFAULT 0,
    parts text[] NOT NULL DEFAULT '{}',
    digest bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    tail bytea NOT NULL DEFAULT '',
    kind text, -- known once it is whole
    preview bytea,
    writer text, -- who is writing it just now, until when
    writing_until timestamptz,
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY, -- in the order of choosing
    touched_at timestamptz NOT NULL,
    removed_at timestamptz,
    CHECK (received < length OR received = length AND kind IS NOT NULL)
);

CREATE INDEX file_of_form ON attachments.file (form_id, owner_id);
CREATE INDEX file_of_account ON attachments.file (account_id);
CREATE INDEX file_by_age ON attachments.file (touched_at);
CREATE INDEX file_removed ON attachments.file (removed_at) WHERE removed_at IS NOT NULL;
