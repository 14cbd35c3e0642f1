-- How a person may be told. Phones are sealed.

CREATE TABLE person (
    user_id uuid PRIMARY KEY,
    notices text NOT NULL,
    time_zone text,
    phone text,
    phone_is_proved boolean NOT NULL,
    -- In which version of the account the address was recorded that mails came back from.
    failed_version bigint,
    failed_at timestamptz,
    failed_status text
);

-- The last thing that happened to an address; `email` is sealed, and is to be confirmed.
CREATE TABLE email_change (
    user_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    email text
);

-- Addresses that people had until that version of their accounts. They are sealed.
CREATE TABLE former_email (
    user_id uuid,
    version bigint,
    email text NOT NULL,
    PRIMARY KEY (user_id, version)
);
