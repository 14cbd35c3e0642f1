"""What a notice is written with: who people are, links that work once, our own addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.invitation import Status
from domain.password import LINK_LASTS
from domain.phone_codes import PhoneCodes
from domain.ports import LinkPurpose, Links, SealIsBroken, Vault, place_of, sealed_in_version
from domain.subscription import subscription_of
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.notice import Correspondent
from notifiers.wording import no_link
from projections.entitlements import Entitlements
from projections.inbox import Inbox
from projections.payments import PaidItem, Payments, SubscriptionEntry
from projections.reach import Reach, Reachable
from projections.roster import Person, Roster

LINK_OUTLIVES_INVITATION = timedelta(days=60)
STOP_LINK_LASTS = timedelta(days=60)

USUAL_TIME_ZONE = "America/New_York"
"""By whose clock people live who have not said by which."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the occasions need; opens names and addresses, never messages.

    `states` tells what has become so far of those of several notices that were ever owed.
    """

    roster: Roster
    reach: Reach
    inbox: Inbox
    payments: Payments
    entitlements: Entitlements
    vault: Vault
    links: Links
    codes: PhoneCodes
    states: Callable[[Sequence[UUID]], list[str]]
    base_url: str
    clock: Callable[[], datetime]
    time_zone: str = USUAL_TIME_ZONE

    def was_granted(self, user_id: UUID) -> bool:
        """Say whether a person was given the paid version, which then has no end."""
        entitlement = self.entitlements.of(user_id)
        return entitlement is not None and entitlement.granted

    def correspondent(self, user_id: UUID) -> Correspondent:
        """Return whom to write to.

        Raises TryAgain while the roster does not know her yet, WillNeverWork once she was erased or
        her invitation was withdrawn.
        """
        person = self.roster.person(user_id)
        if person is None:
            raise TryAgain("the roster does not show the person yet")
        if person.erased_at is not None:
            raise WillNeverWork("the person was erased")
        if person.status == Status.WITHDRAWN:
            raise WillNeverWork("the invitation was withdrawn")
        reachable = self.reach.of(user_id)
        return Correspondent(
            user_id=user_id,
            full_name=self.name_of(person),
            address=self._opened_address(person),
            status=person.status,
            kind=person.kind,
            practice_name=person.practice_name,
            invited_by=person.invited_by,
            invited_from=person.invited_from,
            invitation_ends_at=person.invitation_ends_at,
            address_version=sealed_in_version(person.email),
            phone=self._opened_phone(reachable),
            phone_version=sealed_in_version(reachable.phone) if reachable.phone else 0,
            phone_is_proved=reachable.phone_is_proved,
            time_zone=reachable.time_zone or self.time_zone,
            address_fails=reachable.fails(person.email),
        )

    def require_waiting(
        self, message_id: UUID, *, recipient_id: UUID, until: datetime | None = None
    ) -> None:
        """Raise WillNeverWork once a message was read, recalled or destroyed, or its end has come.

        Each of these is for good, so that an inbox that lags behind gives up nothing too early.
        Raises TryAgain while the inbox does not show the message yet, or shows another end than
        `until`, which a notice names: one of the two is not up to date.
        """
        thread = self.inbox.thread_of(message_id, reader_id=recipient_id)
        entry = next((one for one in thread if one.message_id == message_id), None)
        if entry is None:
            raise TryAgain("the inbox does not show the message yet")
        end = until or entry.ends_at
        if entry.read_at or entry.recalled_at or entry.body is None or end <= self.clock():
            raise WillNeverWork("the message does not wait any more")
        if end != entry.ends_at:
            raise TryAgain("the inbox shows another end")

    def paid_item(self, purchase_id: UUID) -> PaidItem:
        """Return a purchase. Raises TryAgain while the read model does not show it yet."""
        item = self.payments.item(purchase_id)
        if item is None:
            raise TryAgain("the payments do not show the purchase yet")
        return item

    def subscription(self, subscription_id: UUID, *, payer_id: UUID) -> SubscriptionEntry:
        """Return a subscription as long as this person pays for it. Raises TryAgain."""
        for entry in self.payments.paid_for_by(payer_id):
            if subscription_of(entry.user_id) == subscription_id:
                return entry
        raise TryAgain("the payments do not show that the person pays for it")

    def has_left(self, user_id: UUID) -> bool:
        """Say whether a person was erased, or her invitation withdrawn."""
        person = self.roster.person(user_id)
        if person is None:
            return False
        return person.erased_at is not None or person.status == Status.WITHDRAWN

    def colleague(self, user_id: UUID) -> str:
        """Return the name of somebody in the same practice, as far as it is known; never a link."""
        person = self.roster.person(user_id)
        if person is None or person.erased_at is not None:
            return "a colleague"
        return no_link(self.name_of(person)) or "a colleague"

    def for_whom(self, user_id: UUID, reader: Correspondent) -> str:
        """Return " for" and the name of whose tier it is, empty if it is the reader's own."""
        return "" if user_id == reader.user_id else f" for {self.colleague(user_id)}"

    def sender_line(self, user_id: UUID, practice_id: UUID | None = None) -> str:
        """Return "name, practice" of who writes, as far as they are known; never a link."""
        person = self.roster.person(user_id)
        name = self.name_of(person) if person else ""
        practice = (person.practice_name if person else None) or self.roster.practice_name(
            practice_id
        )
        return ", ".join(no_link(part) for part in (name, practice) if part) or "SecureMail"

    def practice_of(self, user_id: UUID) -> str | None:
        """Return the practice of a person who writes, None if she has none; never a link."""
        person = self.roster.person(user_id)
        return no_link(person.practice_name) if person and person.practice_name else None

    def name_of(self, person: Person) -> str:
        """Return a person's name, empty if there is none yet or its key is gone."""
        if person.full_name is None:
            return ""
        place = place_of(person.full_name, person.user_id, "full_name")
        try:
            return self.vault.open(person.full_name, place)
        except SealIsBroken:
            return ""

    def registration_link(self, to: Correspondent) -> str:
        """Return a new link to register, good for this address of hers only.

        It outlives the invitation, to say that it has ended.
        """
        token = self.links.mint(
            to.user_id,
            LinkPurpose.REGISTER,
            at=self.clock(),
            expires_at=to.invitation_ends_at + LINK_OUTLIVES_INVITATION,
            version=to.address_version,
        )
        return f"{self.base_url}/register/{token}"

    def password_link(self, to: Correspondent) -> str:
        """Return a new link to set the password, good for 72 hours."""
        now = self.clock()
        token = self.links.mint(
            to.user_id,
            LinkPurpose.SET_PASSWORD,
            at=now,
            expires_at=now + LINK_LASTS,
            version=to.address_version,
        )
        return f"{self.base_url}/password/{token}"

    def phone_code(self, code_id: UUID) -> str:
        """Return the six digits of a code. Raises WillNeverWork once it is void, used or over."""
        digits = self.codes.digits(code_id, at=self.clock())
        if digits is None:
            raise WillNeverWork("the code is void or over")
        return digits

    def stop_link(self, to: Correspondent) -> str:
        """Return a link that stops mails about messages, without signing in."""
        now = self.clock()
        token = self.links.mint(
            to.user_id, LinkPurpose.STOP_NOTICES, at=now, expires_at=now + STOP_LINK_LASTS
        )
        return f"{self.base_url}/notices/stop/{token}"

    def page(self, path: str) -> str:
        """Return the address of a page of ours."""
        return self.base_url + path

    def _opened_address(self, person: Person) -> str:
        place = place_of(person.email, person.user_id, "email")
        return self.vault.open(person.email, place)

    def _opened_phone(self, reachable: Reachable) -> str | None:
        phone = reachable.phone
        if phone is None:
            return None
        return self.vault.open(phone, place_of(phone, reachable.user_id, "phone"))
