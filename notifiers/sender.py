"""Sends one notice that was taken; it never names a person.

Who is killed between the carrier's answer and the record of it leaves a notice in doubt, which is
sent again: a duplicate is better than a loss.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from domain.notification import Channel
from domain.ports import SealIsBroken
from domain.profile import NoticesBy
from notifiers import queue
from notifiers.carrier import AddressFails, AnswerWasLost, TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.layout import lay_out, words_of_text
from notifiers.mailer import Mailer
from notifiers.notice import Correspondent, Letter, Notice
from notifiers.occasions import MANNERS, WRITERS
from notifiers.outcomes import Outcomes
from notifiers.quiet import end_of_quiet
from notifiers.texter import PhoneCall, Texter, TextMessage

logger = logging.getLogger(__name__)


class NoTextArrives(WillNeverWork):
    """No text or call can reach the person."""


class ItIsNight(Exception):
    """A nudge waits for the day."""

    def __init__(self, ends_at: datetime) -> None:
        super().__init__("it is night where the person lives")
        self.ends_at = ends_at


@dataclass(frozen=True, slots=True)
class Sender:
    """Writes notices and hands them to the carriers; without a texter no texts leave."""

    pool: ConnectionPool[Any]
    desk: Desk
    outcomes: Outcomes
    mailer: Mailer
    texter: Texter | None = None

    def send(self, row: queue.Row, *, is_trial: bool = False) -> None:
        """Send a notice that was taken, and record the outcome.

        Where that cannot be recorded, the error is raised and the notice stays taken: it may have
        gone out, as with a sender that was cut off.
        """
        record = self._outcome_of(row, is_trial=is_trial)
        record()

    def _outcome_of(self, row: queue.Row, *, is_trial: bool) -> Callable[[], None]:
        """Write a notice and hand it over; return what records the outcome."""
        notice, version, came, in_hand = row.notice, 0, self.outcomes, False
        try:
            to, letter = self._written(notice)
            version, in_hand = version_of(notice, to, letter), True
            carrier, reference = self._hand_over(notice, to, letter)
        except ItIsNight as night:
            return partial(came.waits, row, night.ends_at, is_trial=is_trial)
        except AddressFails as refusal:
            refused = partial(came.refused, notice, refusal.status, version, is_trial=is_trial)
            return partial(refused, instead=self._by_mail(notice))
        except WillNeverWork as reason:
            logger.warning("notice %s will never be sent", notice.notice_id)
            cause = str(reason) or type(reason).__name__
            instead = self._by_mail(notice) if isinstance(reason, NoTextArrives) else None
            return partial(came.abandoned, notice, cause, is_trial=is_trial, instead=instead)
        except TryAgain as failure:
            lost = version if isinstance(failure, AnswerWasLost) else None
            return partial(came.deferred, row, failure, is_trial=is_trial, lost_to=lost)
        except psycopg.Error:
            raise
        except Exception as error:  # noqa: BLE001 - one notice must not stop the others
            name = type(error).__name__
            logger.error("notice %s cannot be sent now: %s", row.notice_id, name)  # noqa: TRY400 - a traceback would show the words of the mail
            lost, again = version if in_hand else None, TryAgain(name)
            return partial(came.deferred, row, again, is_trial=is_trial, lost_to=lost)
        return partial(came.accepted, notice, carrier, reference, version, is_trial=is_trial)

    def _by_mail(self, notice: Notice) -> Notice | None:
        """Return a mail to who wants nothing but texts, of which this one does not reach her."""
        if notice.channel is not Channel.TEXT or not MANNERS[notice.occasion].is_by_preference:
            return None
        wants_mails = self.desk.reach.of(notice.recipient_id).notices is not NoticesBy.TEXT
        return None if wants_mails else notice.on(Channel.EMAIL)

    def _written(self, notice: Notice) -> tuple[Correspondent, Letter]:
        """Return whom to tell, and the words. Raises TryAgain, WillNeverWork or ItIsNight."""
        try:
            to = self.desk.correspondent(notice.recipient_id)
            require_day(notice, to, self.desk.clock())
            return to, WRITERS[notice.occasion](notice, to, self.desk)
        except SealIsBroken:  # the keys may be the wrong ones, and the right ones come back
            raise TryAgain("the address cannot be opened") from None

    def _hand_over(self, notice: Notice, to: Correspondent, letter: Letter) -> tuple[str, str]:
        """Give a letter to the carrier of its channel; return the carrier and its reference."""
        if notice.channel is Channel.EMAIL:
            return self.mailer.carrier, self._mail(notice, to, letter)
        if self.texter is None:
            raise NoTextArrives("texts are not set up")
        phone, words = phone_of(notice, to), words_of_text(letter)
        if notice.channel is Channel.CALL:
            return self.texter.carrier, self.texter.call(PhoneCall(notice.notice_id, phone, words))
        return self.texter.carrier, self.texter.text(TextMessage(notice.notice_id, phone, words))

    def _mail(self, notice: Notice, to: Correspondent, letter: Letter) -> str:
        if to.address_fails and letter.to_address is None:
            raise WillNeverWork("mails to the address come back")
        may_be_stopped = MANNERS[notice.occasion].is_by_preference
        stop_link = self.desk.stop_link(to) if may_be_stopped else None
        return self.mailer.send(lay_out(notice, to, letter, self.desk.base_url, stop_link))


def require_day(notice: Notice, to: Correspondent, now: datetime) -> None:
    """Raise ItIsNight for a nudge to where it is not day."""
    quiet_until = end_of_quiet(now, to.time_zone)
    if quiet_until and MANNERS[notice.occasion].keeps_quiet_hours:
        raise ItIsNight(quiet_until)


def phone_of(notice: Notice, to: Correspondent) -> str:
    """Return where a text or a call goes.

    A code goes to a phone that is to be proved, all else to one that is. Raises NoTextArrives.
    """
    if to.phone is None:
        raise NoTextArrives("there is no phone")
    if MANNERS[notice.occasion].is_by_preference and not to.phone_is_proved:
        raise NoTextArrives("the phone is not proved")
    return to.phone


def version_of(notice: Notice, to: Correspondent, letter: Letter) -> int:
    """Return in which version of the person's stream was recorded where a notice goes.

    That is 0 for a mail to another address than her own, about which it says nothing.
    """
    if letter.to_address is not None:
        return 0
    return to.address_version if notice.channel is Channel.EMAIL else to.phone_version
