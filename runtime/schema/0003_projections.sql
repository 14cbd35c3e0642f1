-- How far each read model has come. The read models themselves lie in schemas of their own names.

CREATE SCHEMA projection;

CREATE TABLE projection.position (
    name text PRIMARY KEY,
    position bigint NOT NULL,
    definition text NOT NULL
);
