"""The message that is appended wherever appends are measured: two sealed texts of some length."""

from datetime import timedelta
from itertools import count
from os import getpid, urandom
from uuid import UUID, uuid5

from domain.aggregate import HOUSE
from domain.message import Message, SealedText
from domain.ports import Sealed
from runtime.clock import now

ADA, BEN = uuid5(HOUSE, "bench ada"), uuid5(HOUSE, "bench ben")
SUBJECT, BODY = Sealed("1." + "s" * 60), Sealed("1." + "b" * 400)
DRAWN = uuid5(HOUSE, f"bench {getpid()} {urandom(8).hex()}").int
NUMBERS = count(1)


def new_id() -> UUID:
    """Return an identifier that no other has."""
    return UUID(int=(DRAWN + next(NUMBERS) * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << 128))


def message(body: Sealed = BODY, message_id: UUID | None = None) -> Message:
    """Return a message that is not saved."""
    at = now()
    return Message.send(
        message_id=message_id or new_id(),
        sender_id=ADA,
        recipient_id=BEN,
        text=SealedText(SUBJECT, body, 300),
        ends_at=at + timedelta(days=30),
        at=at,
    )
