-- Which legal holds lie and lay on whom and what. Reasons are sealed.

CREATE TABLE hold (
    hold_id uuid PRIMARY KEY,
    register_id uuid NOT NULL,
    practice_id uuid,
    placed_by uuid NOT NULL,
    placed_at timestamptz NOT NULL,
    reason text NOT NULL,
    lifted_by uuid,
    lifted_at timestamptz,
    lifting_reason text
);

CREATE INDEX hold_of_practice ON hold (practice_id, placed_at);
CREATE INDEX hold_in_register ON hold (register_id) WHERE lifted_at IS NULL;

CREATE TABLE register (
    register_id uuid PRIMARY KEY,
    subject text NOT NULL,
    subject_id uuid NOT NULL
);

CREATE INDEX register_of_subject ON register (subject_id);
