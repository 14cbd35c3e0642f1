"""How one gets into the database that comes with the product: its passwords and its port.

Both lie beside the data, readable by nobody but the account that runs us. A password is made by
chance once, is never on a command line or in an environment, and is only sent to a server that
proves to know it too (SCRAM, RFC 5802), so that a stranger who took the port learns nothing.
"""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
SUPERUSER = "postgres"
OWNER = "securemail"
"""The role that makes the tables, and the name of the database."""

APPLICATION = "securemail_app"
"""The role that works in the tables."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """What the server's superuser and the product's two roles sign in with."""

    superuser: str
    owner: str
    application: str


def passwords_in(path: Path) -> Passwords:
    """Return the passwords of the file, which is made the first time; a role without gets one."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    missing = [role for role in (SUPERUSER, OWNER, APPLICATION) if role not in kept]
    if missing:
        kept |= {role: secrets.token_urlsafe(32) for role in missing}
        _write(path, json.dumps(kept))
    return Passwords(superuser=kept[SUPERUSER], owner=kept[OWNER], application=kept[APPLICATION])


def port_in(path: Path) -> int:
    """Return the port that was written down, or 0."""
    return int(path.read_text()) if path.exists() else 0


def free_port_in(path: Path) -> int:
    """Return the port that was written down if nobody listens on it, else write down another."""
    port = port_in(path)
    if port and _is_free(port):
        return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = int(probe.getsockname()[1])
    _write(path, str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL itself binds
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def url(role: str, password: str, port: int, database: str) -> str:
    """Return the address of a database, which lets nothing but SCRAM see the password."""
    return (
        f"postgresql://{role}:{password}@{LOOPBACK}:{port}/{database}"
        "?sslmode=disable&require_auth=scram-sha-256"
    )


def _write(path: Path, text: str) -> None:
    """Write a small file that appears whole or not at all, readable only by us."""
    half_done = path.with_name(f"{path.name}.new")
    half_done.unlink(missing_ok=True)
    with os.fdopen(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half_done.replace(path)
