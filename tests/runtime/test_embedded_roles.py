"""The embedded server has a role that owns the tables and one that works in them, for good."""

import json
from pathlib import Path

import psycopg
import pytest

from runtime.embedded_access import passwords_in
from runtime.embedded_postgres import EmbeddedPostgres


def test_a_password_file_of_an_older_release_gets_what_it_lacks_and_keeps_the_rest(tmp_path: Path):
    path = tmp_path / "passwords"
    path.write_text(json.dumps({"postgres": "one", "securemail": "two"}))
    first = passwords_in(path)
    assert (first.superuser, first.owner) == ("one", "two")
    assert len(first.application) > 30
    assert passwords_in(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_the_application_signs_in_with_a_password_of_its_own(server: EmbeddedPostgres):
    with psycopg.connect(server.app_url) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
    assert row == ("securemail_app", False, False, False)
    borrowed = server.app_url.replace("securemail_app", "securemail")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(borrowed)
