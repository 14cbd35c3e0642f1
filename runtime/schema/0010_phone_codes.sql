-- Codes that prove a phone, sealed; and how many were sent lately, without the number in clear.

CREATE TABLE vault.phone_code (
    code_id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    sealed text NOT NULL, -- under the person's key, in its place as `phone_code`
    ends_at timestamptz NOT NULL
);

CREATE INDEX phone_code_of_user ON vault.phone_code (user_id);
CREATE INDEX phone_code_by_end ON vault.phone_code (ends_at);

CREATE TABLE vault.code_sent (
    counted uuid NOT NULL, -- a person, or the keyed fingerprint of a phone or a network address
    sent_at timestamptz NOT NULL
);

CREATE INDEX code_sent_lately ON vault.code_sent (counted, sent_at);
CREATE INDEX code_sent_by_age ON vault.code_sent (sent_at);
