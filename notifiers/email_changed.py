"""The notice that an account has another e-mail address, to the address that it had before."""

from domain.ports import place_of
from domain.user import User
from notifiers.carrier import TryAgain
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "email-changed"
MANNER = Manner.SECURITY


def plan(event: Event) -> Notice | None:
    """Return the notice that a changed address owes."""
    if isinstance(event, User.EmailChanged):
        version = str(event.originator_version)
        return Notice.about(event, OCCASION, event.originator_id, version=version)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say when, and what to do; never the new address. Raises TryAgain."""
    return Letter(
        subject="The e-mail address of your SecureMail account was changed",
        paragraphs=(
            (
                f"On {day(notice.owed_at)} your account was given another e-mail address. It was "
                "confirmed there. You sign in with it from now on, and all other mails go to it."
            ),
            (
                "If that was you, there is nothing to do. If it was not, tell support or your "
                "practice at once: this address does not open the account any more."
            ),
        ),
        link_label="Open SecureMail",
        link=desk.page("/sign-in"),
        to_address=former_address(to, int(notice.facts["version"]), desk),
    )


def former_address(to: Correspondent, version: int, desk: Desk) -> str:
    """Return the address that the account had until that version of it."""
    sealed = desk.reach.former_email(to.user_id, version)
    if sealed is None:
        raise TryAgain("the read model does not show the change yet")
    return desk.vault.open(sealed, place_of(sealed, to.user_id, "former_email"))
