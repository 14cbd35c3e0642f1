"""Who may do what in the database: the owner makes the tables, the application works in them.

To the event log the application adds, and it reads there, nothing else; it makes no tables of its
own. Where the rights are not as they should be, each start gives them anew.
"""

from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from projections.runner import PROJECTIONS
from runtime.migration import LOCK, DatabaseIsUnusable
from runtime.rights import differences

WORKED_IN = ("vault", "attachments", "notices", "projection", *(one.name for one in PROJECTIONS))
"""The schemas in which the application changes rows."""

ADMISSION = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC, {application};
GRANT CONNECT ON DATABASE {database} TO {application};
"""
"""What is kept beside a database, not in it: a copy of the database lacks it."""

RIGHTS = """
REVOKE ALL ON SCHEMA public, eventlog, {schemas} FROM PUBLIC, {application};
REVOKE ALL ON public.securemail_migration FROM PUBLIC, {application};
REVOKE ALL ON ALL TABLES IN SCHEMA eventlog, {schemas} FROM PUBLIC, {application};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA eventlog, {schemas} FROM PUBLIC, {application};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA eventlog FROM PUBLIC, {application};

GRANT USAGE ON SCHEMA public, eventlog, {schemas} TO {application};
GRANT SELECT ON public.securemail_migration TO {application};

GRANT SELECT ON ALL TABLES IN SCHEMA eventlog TO {application};
GRANT INSERT (originator_id, originator_version, topic, state) ON eventlog.domain_events
    TO {application};
GRANT INSERT ON eventlog.ledger, eventlog.subtree TO {application};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA eventlog TO {application};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA eventlog TO {application};

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schemas} TO {application};
GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schemas} TO {application};

-- For what the owner makes later, such as the tables of a read model that is rebuilt.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO {application};
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {application};
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
"""

STRANGERS = """
SELECT DISTINCT pg_get_userbyid(owner) FROM (
    SELECT datdba FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT nspowner FROM pg_namespace
    WHERE nspname = 'eventlog' OR nspname = ANY(%(schemas)s)
    UNION ALL SELECT relowner FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'eventlog' OR nspname = ANY(%(schemas)s)
) AS owned (owner) WHERE owner <> current_user::regrole ORDER BY 1
"""


def application_of(owner_url: str, database_url: str) -> str | None:
    """Return the role that works in the database, None if it is the owner itself."""
    owner, user = (conninfo_to_dict(url).get("user") for url in (owner_url, database_url))
    return None if user == owner else str(user)


def give_rights(owner_url: str, application: str) -> None:
    """Let the application do what it should in a migrated database, and nothing else.

    Raises DatabaseIsUnusable, which says what to type, if the owner cannot see to that.
    """
    with psycopg.connect(owner_url, autocommit=True) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        require_roles(connection, application)
        if differences(connection, application, WORKED_IN):
            grant(connection, application)


def require_roles(connection: Connection[Any], application: str) -> None:
    """Raise DatabaseIsUnusable unless there is the application's role, and all is the owner's."""
    owner = connection.info.user
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (application,))
    if known.fetchone() is None:
        to_type = filled("CREATE ROLE {} LOGIN PASSWORD '...'", application)
        raise DatabaseIsUnusable(f"there is no role {application}; as a superuser type {to_type}")
    stranger = connection.execute(STRANGERS, {"schemas": list(WORKED_IN)}).fetchone()
    if stranger:
        to_type = filled("REASSIGN OWNED BY {} TO {}", stranger[0], owner)
        raise DatabaseIsUnusable(
            f"not everything in the database belongs to {owner}, of OWNER_DATABASE_URL, but some "
            f"to {stranger[0]}; as a superuser type in this database {to_type}"
        )


def grant(connection: Connection[Any], application: str) -> None:
    """Give the application its rights. Raises DatabaseIsUnusable if it has others afterwards."""
    owner = connection.info.user
    schemas = SQL(", ").join(map(Identifier, WORKED_IN))
    names = {"application": Identifier(application), "schemas": schemas}
    database = Identifier(connection.info.dbname)
    try:
        connection.execute(SQL(ADMISSION + RIGHTS).format(database=database, **names))
    except InsufficientPrivilege as refused:
        raise DatabaseIsUnusable(
            f"{owner} cannot give {application} its rights: {refused.diag.message_primary}; "
            f"as a superuser type {filled('REASSIGN OWNED BY {} TO {}', application, owner)}"
        ) from refused
    wrong = differences(connection, application, WORKED_IN)
    if wrong:
        to_type = filled(
            "ALTER ROLE {0} NOSUPERUSER NOCREATEROLE; REVOKE {1} FROM {0}", application, owner
        )
        raise DatabaseIsUnusable(
            f"the role {application} {'; '.join(wrong[:3])}. As a superuser type {to_type}, and "
            "take from it and from PUBLIC what somebody else gave them"
        )


def filled(statement: str, *names: str) -> str:
    """Return a statement to type, with the names quoted where they need it."""
    return SQL(statement).format(*map(Identifier, names)).as_string()
