"""The final mail: a person has registered, or asked for a reset, and may set the password."""

from domain.user import User
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASION = "set-password"
MANNER = Manner.SIGN_IN

FINAL = (
    "You are registered. One step is left: set your password.",
    "After that you can sign in.",
)
RESET = (
    "Somebody asked for a link to choose a new password for your SecureMail account.",
    "If that was you, follow the link. If not, do nothing: your password stays as it is.",
)


def plan(event: Event) -> Notice | None:
    """Return the link to set a password that a registration and a requested reset owe."""
    if isinstance(event, User.RegistrationCompleted):
        return Notice.about(event, OCCASION, event.originator_id, reason="registered")
    if isinstance(event, User.PasswordResetRequested):
        return Notice.about(event, OCCASION, event.originator_id, reason="reset")
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Give the link; say why it came."""
    first = notice.facts["reason"] == "registered"
    return Letter(
        subject="Set your SecureMail password" if first else "Choose a new SecureMail password",
        paragraphs=FINAL if first else RESET,
        link_label="Set your password" if first else "Choose a new password",
        link=desk.password_link(to),
        small_print=(
            "The link works once, within 72 hours. Your user name is your e-mail address.",
        ),
    )
