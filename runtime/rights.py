"""Compares what the application may do in the database with what it should be able to do."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

DIFFERENCES = """
WITH rights (what, privilege, is_held, is_meant) AS (
    SELECT
        nspname || '.' || relname,
        privilege,
        has_table_privilege(%(application)s::name, pg_class.oid, privilege)
            OR privilege IN ('UPDATE', 'REFERENCES') AND has_any_column_privilege(
                %(application)s::name, pg_class.oid, privilege
            ),
        CASE nspname
            WHEN 'public' THEN privilege = 'SELECT'
            WHEN 'eventlog' THEN privilege = 'SELECT'
                OR privilege = 'INSERT' AND relname IN ('ledger', 'subtree')
            ELSE privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        END
    FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    CROSS JOIN unnest(ARRAY[
        'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'
    ]) AS privilege
    WHERE relkind = 'r' AND (
        nspname = 'eventlog' OR nspname = ANY(%(schemas)s)
        OR pg_class.oid = 'public.securemail_migration'::regclass
    )
UNION ALL
    SELECT
        'eventlog.domain_events.' || attname,
        'INSERT',
        has_column_privilege(%(application)s::name, attrelid, attnum, 'INSERT'),
        attname <> 'notification_id'
    FROM pg_attribute
    WHERE attrelid = 'eventlog.domain_events'::regclass AND attnum > 0 AND NOT attisdropped
UNION ALL
    SELECT
        'the notification ids',
        privilege,
        has_sequence_privilege(
            %(application)s::name, 'eventlog.domain_events_notification_id_seq', privilege
        ),
        privilege <> 'UPDATE'
    FROM unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS privilege
UNION ALL
    SELECT
        'the numbers ' || nspname || '.' || relname,
        privilege,
        has_sequence_privilege(%(application)s::name, pg_class.oid, privilege),
        privilege = 'SELECT'
    FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    CROSS JOIN unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS privilege
    WHERE relkind = 'S' AND nspname = ANY(%(schemas)s)
UNION ALL
    SELECT
        oid::regprocedure::text,
        'EXECUTE',
        has_function_privilege(%(application)s::name, oid, 'EXECUTE'),
        true
    FROM pg_proc WHERE pronamespace = 'eventlog'::regnamespace
UNION ALL
    SELECT
        'schema ' || nspname,
        privilege,
        has_schema_privilege(%(application)s::name, oid, privilege),
        privilege = 'USAGE'
    FROM pg_namespace CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS privilege
    WHERE nspname IN ('public', 'eventlog') OR nspname = ANY(%(schemas)s)
UNION ALL
    SELECT
        'database ' || current_database(),
        privilege,
        has_database_privilege(%(application)s::name, current_database(), privilege),
        privilege = 'CONNECT'
    FROM unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) AS privilege
UNION ALL
    SELECT kind, 'USE', EXISTS (
        SELECT FROM pg_default_acl CROSS JOIN aclexplode(defaclacl) AS given
        WHERE defaclrole = current_user::regrole AND defaclnamespace = 0
            AND defaclobjtype = letter AND given.grantee = %(application)s::regrole
    ), true
    FROM (VALUES ('new schemas', 'n'), ('new tables', 'r'), ('new functions', 'f'))
        AS made (kind, letter)
UNION ALL
    SELECT 'session_replication_role', 'SET', has_parameter_privilege(
        %(application)s::name, 'session_replication_role', 'SET'
    ), false
UNION ALL
    SELECT 'role ' || current_user, 'SET', pg_has_role(
        %(application)s::name, current_user, 'MEMBER'
    ), false
UNION ALL
    SELECT 'roles', 'CREATE', rolcreaterole, false FROM pg_roles WHERE rolname = %(application)s
)
SELECT CASE WHEN is_held THEN 'may ' ELSE 'may not ' END || privilege || ': ' || what
FROM rights WHERE is_held <> is_meant ORDER BY is_held DESC, what, privilege
"""


def differences(
    connection: Connection[Any], application: str, worked_in: Sequence[str]
) -> list[str]:
    """Say what the application may do and should not, and the reverse; first what it should not.

    In the schemas that it works in it may change rows, in the event log it may add them.
    """
    rows = connection.execute(
        DIFFERENCES, {"application": application, "schemas": list(worked_in)}
    ).fetchall()
    return [row[0] for row in rows]
