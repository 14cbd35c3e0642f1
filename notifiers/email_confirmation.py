"""The mail to an address that somebody gave as her new one: whoever reads it confirms it."""

from domain.email_change import CONFIRMATION_LASTS
from domain.ports import LinkPurpose, place_of
from domain.user import User
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASION = "email-confirmation"
MANNER = Manner.SIGN_IN


def plan(event: Event) -> Notice | None:
    """Return the notice that a new address owes."""
    if isinstance(event, User.EmailChangeRequested):
        version = str(event.originator_version)
        return Notice.about(event, OCCASION, event.originator_id, version=version)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Give the link to the new address only; the reader may be somebody who knows nothing of it.

    Raises TryAgain while the read model lags, WillNeverWork once another address was given.
    """
    version = int(notice.facts["version"])
    return Letter(
        subject="Confirm your e-mail address for SecureMail",
        paragraphs=(
            "Somebody who has a SecureMail account asked to use this e-mail address for it.",
            (
                "If that was you, follow the link and confirm it. If not, do nothing: the address "
                "is not used."
            ),
        ),
        link_label="Confirm this address",
        link=confirmation_link(to, version, desk),
        small_print=("The link works once, within 72 hours.",),
        to_address=new_address(to, version, desk),
    )


def new_address(to: Correspondent, version: int, desk: Desk) -> str:
    """Return the address that was given in that version of the account."""
    change = desk.reach.email_change(to.user_id)
    if change is None or change.version < version:
        raise TryAgain("the read model does not show the new address yet")
    if change.version > version or change.email is None:
        raise WillNeverWork("the address was confirmed, or another one was given since")
    return desk.vault.open(change.email, place_of(change.email, to.user_id, "new_email"))


def confirmation_link(to: Correspondent, version: int, desk: Desk) -> str:
    """Return a new link that confirms the address given in that version of the account."""
    now = desk.clock()
    token = desk.links.mint(
        to.user_id,
        LinkPurpose.CONFIRM_EMAIL,
        at=now,
        expires_at=now + CONFIRMATION_LASTS,
        version=version,
    )
    return desk.page(f"/email/{token}")
