"""The code that proves a phone, by text or read aloud; never by mail, and never late."""

from uuid import UUID

from domain.notification import Channel
from domain.phone_proof import PhoneProof
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASION = "phone-code"
MANNER = Manner.SIGN_IN


def plan(event: Event) -> Notice | None:
    """Return the code that a request for one owes, on the channel that was asked for."""
    if not isinstance(event, PhoneProof.PhoneCodeRequested):
        return None
    return Notice.about(
        event,
        OCCASION,
        event.user_id,
        channel=Channel(event.channel),
        code_id=str(event.code_id),
    )


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say the six digits; a code that is void, used or over is given up, not sent late."""
    del to
    digits = desk.phone_code(UUID(notice.facts["code_id"]))
    if notice.channel is Channel.CALL:
        words = f"Your SecureMail code is {digits}. It is good for 10 minutes. Tell it to nobody."
    else:
        words = (
            f"{digits} is your SecureMail code. It is good for 10 minutes. "
            "We never ask for it by phone."
        )
    return Letter(
        subject="Your SecureMail code",
        paragraphs=(words,),
        link_label="SecureMail",
        link=desk.page("/"),
        short=words,
    )
