-- Who may compose, until when, and which event made it so; and every such event there was.

CREATE TABLE entitlement (
    user_id uuid PRIMARY KEY,
    paid_until timestamptz,
    granted boolean NOT NULL DEFAULT false,
    made_by_version bigint NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE TABLE tier_change (
    user_id uuid,
    version bigint,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    cause text NOT NULL,
    until timestamptz, -- nothing means without an end
    purchase_id uuid,
    PRIMARY KEY (user_id, version)
);
