-- Who is in which practice. Names, addresses and phones are sealed.

CREATE TABLE practice (
    practice_id uuid PRIMARY KEY,
    name text NOT NULL,
    -- The name as it is searched; `lower` depends on the locale of the cluster.
    searched_name text NOT NULL,
    registered_at timestamptz NOT NULL,
    shortest integer NOT NULL,
    usual integer NOT NULL,
    longest integer NOT NULL,
    retention integer NOT NULL,
    colleagues_prove boolean NOT NULL,
    patients_prove boolean NOT NULL
);

CREATE INDEX practice_by_name ON practice (searched_name);

CREATE TABLE person (
    user_id uuid PRIMARY KEY,
    kind text NOT NULL,
    practice_id uuid,
    invited_from uuid,
    invited_by uuid NOT NULL,
    status text NOT NULL,
    email text NOT NULL,
    full_name text,
    cell_phone text,
    invited_at timestamptz NOT NULL,
    invitation_ends_at timestamptz NOT NULL,
    registered_at timestamptz,
    usual_days integer,
    erasure_due_at timestamptz,
    erased_at timestamptz
);

CREATE INDEX person_of_practice ON person (practice_id, invited_at);
CREATE INDEX person_invited_from ON person (invited_from, invited_at);
CREATE INDEX person_invited_by ON person (invited_by, invited_at);

-- A user manager is appointed before or after the person is known here.
CREATE TABLE user_manager (
    practice_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (practice_id, user_id)
);
