"""Notices to user managers about how their practice is kept safe, whoever of them changed it."""

from collections.abc import Iterable
from uuid import UUID

from domain.practice import Practice
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "practice-security"
MANNER = Manner.SECURITY

FIRST_APPOINTMENT = 2
"""The version in which a practice is given its first user manager, as it opens."""

ASKED = {
    (True, True): "doctors, staff and patients",
    (True, False): "doctors and staff, but not patients",
    (False, True): "patients, but not doctors and staff",
    (False, False): "nobody",
}


def plan(event: Event) -> Iterable[Notice]:
    """Return the notices that a changed two-step policy owes, and an appointment by another."""
    if isinstance(event, Practice.TwoStepPolicyChanged):
        for user_id in event.told:
            yield Notice.about(
                event,
                OCCASION,
                user_id,
                by=str(event.by),
                colleagues=yes(event.colleagues),
                patients=yes(event.patients),
            )
    if isinstance(event, Practice.UserManagerAppointed) and is_news(event):
        yield Notice.about(event, OCCASION, event.user_id, by=str(event.by))


def is_news(event: Practice.UserManagerAppointed) -> bool:
    """Say whether somebody else made her user manager of a practice that was open already."""
    return event.by != event.user_id and event.originator_version > FIRST_APPOINTMENT


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say what is so now, who made it so, and what to do if that should not be."""
    if "patients" in notice.facts:
        return about_policy(notice, to, desk)
    return Letter(
        subject="You are a user manager of your practice now",
        paragraphs=(
            (
                f"On {day(notice.owed_at)} {who_did(notice, to, desk)} made you a user manager. "
                "You see everybody of your practice, and you choose its settings."
            ),
            "If that should not be, tell the other user managers of your practice, or support.",
        ),
        link_label="Open My Practice",
        link=desk.page("/practice"),
        practice_name=to.practice_name,
    )


def about_policy(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say who proves a phone from now on."""
    asked = ASKED[notice.facts["colleagues"] == "yes", notice.facts["patients"] == "yes"]
    return Letter(
        subject="Who proves a phone at your practice was changed",
        paragraphs=(
            (
                f"On {day(notice.owed_at)} {who_did(notice, to, desk)} changed two-step "
                f"verification at your practice. A code by text is asked of {asked}."
            ),
            (
                "If that should not be, change it back in the settings of the practice, and speak "
                "to the other user managers."
            ),
        ),
        link_label="Open the settings",
        link=desk.page("/practice/settings"),
        practice_name=to.practice_name,
    )


def who_did(notice: Notice, to: Correspondent, desk: Desk) -> str:
    """Return who did it, as far as the reader may know her."""
    by = UUID(notice.facts["by"])
    if by == to.user_id:
        return "you"
    return desk.colleague(by) if desk.roster.person(by) else "support"


def yes(answer: bool) -> str:  # noqa: FBT001 - a fact of an event
    """Return an answer as a fact."""
    return "yes" if answer else "no"
