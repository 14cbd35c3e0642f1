-- Every message with its sealed content, as its sender and its recipient find it, until it is destroyed.
-- Only the first message of a thread has a subject; it is that of all others, as long as it lives.

CREATE TABLE message (
    message_id uuid PRIMARY KEY,
    thread_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    subject text,
    body text,
    sent_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    read_at timestamptz,
    recalled_at timestamptz,
    recall_reason text,
    files integer NOT NULL,
    position bigint NOT NULL
);

CREATE INDEX message_received ON message (recipient_id, position DESC);
CREATE INDEX message_unread ON message (recipient_id) WHERE read_at IS NULL;
CREATE INDEX message_sent ON message (sender_id, position DESC);
CREATE INDEX message_in_thread ON message (thread_id, position);

-- The files of messages; what is left when their content is destroyed has no name.
CREATE TABLE file (
    attachment_id uuid PRIMARY KEY,
    message_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    name text,
    length bigint NOT NULL,
    kind text NOT NULL,
    digest text NOT NULL,
    downloaded_at timestamptz,
    position bigint NOT NULL
);

CREATE INDEX file_of_message ON file (message_id, position);
