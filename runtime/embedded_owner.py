"""The product's own role and database, made in an empty cluster; the role has no further rights."""

import psycopg
from psycopg import sql

from runtime.embedded_access import OWNER


def make_owner(superuser_url: str, password: str) -> None:
    """Make the role and the database where they are missing. Repeating it changes nothing."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        name = sql.Identifier(OWNER)
        if not _finds(connection, "SELECT FROM pg_roles WHERE rolname = %s"):
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            connection.execute(statement.format(name, _proof(connection, password)))
        if not _finds(connection, "SELECT FROM pg_database WHERE datname = %s"):
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def _finds(connection: psycopg.Connection, query: str) -> bool:
    return connection.execute(query, [OWNER]).fetchone() is not None


def _proof(connection: psycopg.Connection, password: str) -> sql.Literal:
    """Return what the server needs to recognise the password (RFC 5803), instead of it."""
    proof = connection.pgconn.encrypt_password(password.encode(), OWNER.encode(), b"scram-sha-256")
    return sql.Literal(proof.decode())
