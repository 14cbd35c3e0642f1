"""Where the stand-in of the card vendor listens, and the secrets that it shares with us.

Drawn once and kept in the data folder, so that a restart finds the same stand-in.
"""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether nobody listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class SandboxCards:
    """The stand-in as both sides know it."""

    secret_key: str
    webhook_secret: str
    port: int

    @property
    def origin(self) -> str:
        """Return its address."""
        return f"http://localhost:{self.port}"

    @classmethod
    def of(cls, data_folder: Path) -> "SandboxCards":
        """Return the stand-in of a data folder; it must have been settled before."""
        return cls(**json.loads(file_in(data_folder).read_text()))

    @classmethod
    def settle(cls, data_folder: Path) -> "SandboxCards":
        """Return the stand-in of a data folder, drawing what is missing; its port is free."""
        path = file_in(data_folder)
        known = cls.of(data_folder) if path.exists() else cls.draw()
        settled = known if is_free(known.port) else cls(**{**asdict(known), "port": free_port()})
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(settled), file)
        draft.replace(path)
        return settled

    @classmethod
    def draw(cls) -> "SandboxCards":
        """Return a new stand-in."""
        return cls(
            secret_key=f"sk_test_{secrets.token_hex(16)}",
            webhook_secret=f"whsec_{secrets.token_hex(16)}",
            port=free_port(),
        )


def file_in(data_folder: Path) -> Path:
    """Return where a data folder keeps the stand-in's secrets."""
    return data_folder / "sandbox" / "cards.json"
