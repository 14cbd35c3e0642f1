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
