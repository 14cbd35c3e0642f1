"""The product's two roles and its database, made in an empty cluster, without further rights."""

import psycopg
from psycopg import sql

from runtime.embedded_access import APPLICATION, OWNER, Passwords


def make_roles(superuser_url: str, passwords: Passwords) -> None:
    """Make the roles and the database where they are missing. Repeating it changes nothing."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _make_role(connection, OWNER, passwords.owner)
        _make_role(connection, APPLICATION, passwords.application)
        if not _finds(connection, "SELECT FROM pg_database WHERE datname = %s", OWNER):
            name = sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def _make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    if not _finds(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        proof = _proof(connection, role, password)
        connection.execute(statement.format(sql.Identifier(role), proof))


def _finds(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None


def _proof(connection: psycopg.Connection, role: str, password: str) -> sql.Literal:
    """Return what the server needs to recognise the password (RFC 5803), instead of it."""
    proof = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return sql.Literal(proof.decode())
