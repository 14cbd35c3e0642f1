"""A user is the account of one person: doctor, staff or patient.

Invariants:
- only a registered person sets a password, and only who has one signs in;
- the paid tier is a term with an end (or a gift without one); only within it may one compose;
- patients are never charged.
"""

from datetime import datetime
from uuid import UUID

from domain.email_change import Addressed
from domain.invitation import Invited, Status
from domain.password import RESET_PAUSE
from domain.ports import Sealed
from domain.refusal import Refusal
from domain.role import Kind
from domain.tier import ComposingNeedsThePaidTier, TierEnd


class NotRegisteredYet(Refusal):
    """The person has not registered."""


class CannotSignIn(Refusal):
    """The person has no usable account yet."""


class User(Addressed):
    """The account of one person."""

    TOPIC = "user"

    class RegistrationCompleted(Invited.Event):
        """The invited person gave name and phone and accepted the terms."""

        TOPIC = "user.registration-completed"
        practice_id: UUID | None
        full_name: Sealed
        cell_phone: Sealed
        terms: str

        def apply(self, aggregate: "User") -> None:
            """Remember that the person is registered, and where."""
            aggregate.status = Status.REGISTERED
            aggregate.practice_id = self.practice_id

    class PasswordResetRequested(Invited.Event):
        """Somebody who knows the address asked for a link to set the password."""

        TOPIC = "user.password-reset-requested"

        def apply(self, aggregate: "User") -> None:
            """Remember when a link was asked for."""
            aggregate.reset_requested_at = self.timestamp

    class PasswordSet(Invited.Event):
        """The person set a password; the vault has its hash."""

        TOPIC = "user.password-set"

        def apply(self, aggregate: "User") -> None:
            """Remember that the person can sign in."""
            aggregate.status = Status.ACTIVE

    class PasswordReplaced(Invited.Event):
        """The person set another password in place of the one before; the vault has its hash."""

        TOPIC = "user.password-replaced"

    class SignedIn(Invited.Event):
        """The person signed in."""

        TOPIC = "user.signed-in"

        def apply(self, aggregate: "User") -> None:
            """Remember that she was here."""
            aggregate.has_signed_in = True

    class DeviceAdded(Invited.Event):
        """The person signed in, not for the first time, where she never did before."""

        TOPIC = "user.device-added"

    class SignInRefused(Invited.Event):
        """Somebody tried to sign in as this person with a wrong password."""

        TOPIC = "user.sign-in-refused"

    class SignedOut(Invited.Event):
        """The person signed out."""

        TOPIC = "user.signed-out"

    class TierPurchased(Invited.Event):
        """Money moved, and the paid tier began or was extended until a moment."""

        TOPIC = "user.tier-purchased"
        purchase_id: UUID
        until: datetime

        def apply(self, aggregate: "User") -> None:
            """Remember the end of the term and the purchase that made it."""
            aggregate.paid_until = self.until
            aggregate.purchases.add(self.purchase_id)

    class TierEndChanged(Invited.Event):
        """The paid tier was to hold until another moment: kept for a while, or ended early."""

        TOPIC = "user.tier-end-changed"
        until: datetime
        cause: str

        def apply(self, aggregate: "User") -> None:
            """Remember until when it holds."""
            aggregate.paid_until = self.until

    class TierGranted(Invited.Event):
        """The paid tier was given without money, without an end."""

        TOPIC = "user.tier-granted"

        def apply(self, aggregate: "User") -> None:
            """Remember the gift."""
            aggregate.granted = True

    def __init__(
        self,
        *,
        kind: str,
        practice_id: UUID | None,
        invited_from: UUID | None,
        email: Sealed,
        invitation_ends_at: datetime,
    ) -> None:
        super().__init__(
            kind=kind,
            practice_id=practice_id,
            invited_from=invited_from,
            email=email,
            invitation_ends_at=invitation_ends_at,
        )
        self.paid_until: datetime | None = None
        self.granted = False
        self.purchases: set[UUID] = set()
        self.has_signed_in = False
        self.reset_requested_at: datetime | None = None

    @property
    def founds_a_practice(self) -> bool:
        """Say whether the person names an own practice at registration."""
        return self.kind is not Kind.PATIENT and self.practice_id is None

    def is_paid(self, at: datetime) -> bool:
        """Say whether the paid tier holds at a moment."""
        return self.granted or (self.paid_until is not None and at < self.paid_until)

    def require_composing(self, at: datetime) -> None:
        """Raise ComposingNeedsThePaidTier unless the person may compose and invite."""
        if self.status is not Status.ACTIVE or not self.is_paid(at):
            raise ComposingNeedsThePaidTier

    def complete_registration(
        self,
        *,
        practice_id: UUID | None,
        full_name: Sealed,
        cell_phone: Sealed,
        terms: str,
        at: datetime,
    ) -> None:
        """Answer the invitation. Raises AlreadyRegistered or InvitationHasExpired."""
        self.require_open_invitation(at)
        self.trigger_event(
            self.RegistrationCompleted,
            timestamp=at,
            by=self.id,
            practice_id=practice_id,
            full_name=full_name,
            cell_phone=cell_phone,
            terms=terms,
        )

    def request_password_reset(self, *, at: datetime) -> None:
        """Ask for a link to set the password, at most one a minute. Raises NotRegisteredYet."""
        if not self.is_registered:
            raise NotRegisteredYet
        if self.reset_requested_at and at < self.reset_requested_at + RESET_PAUSE:
            return
        self.trigger_event(self.PasswordResetRequested, timestamp=at, by=self.id)

    def set_password(self, *, at: datetime) -> None:
        """Record that the vault has a new password. Raises NotRegisteredYet."""
        if not self.is_registered:
            raise NotRegisteredYet
        is_new = self.status is Status.REGISTERED
        event = self.PasswordSet if is_new else self.PasswordReplaced
        self.trigger_event(event, timestamp=at, by=self.id)

    def sign_in(self, *, is_known_device: bool, at: datetime) -> None:
        """Record a sign-in with the right password. Raises CannotSignIn."""
        if not self.is_registered:
            raise CannotSignIn
        if self.status is Status.REGISTERED:  # a crash cut off the record, not the password
            self.set_password(at=at)
        if self.has_signed_in and not is_known_device:
            self.trigger_event(self.DeviceAdded, timestamp=at, by=self.id)
        self.trigger_event(self.SignedIn, timestamp=at, by=self.id)

    def refuse_sign_in(self, *, at: datetime) -> None:
        """Record an attempt with a wrong password."""
        self.trigger_event(self.SignInRefused, timestamp=at, by=self.id)

    def sign_out(self, *, at: datetime) -> None:
        """Record a sign-out."""
        self.trigger_event(self.SignedOut, timestamp=at, by=self.id)

    def purchase_tier(self, *, purchase_id: UUID, until: datetime, by: UUID, at: datetime) -> None:
        """Begin or extend the paid term; the same purchase twice changes nothing."""
        if purchase_id not in self.purchases:
            self.trigger_event(
                self.TierPurchased, timestamp=at, by=by, purchase_id=purchase_id, until=until
            )

    def change_tier_end(self, until: datetime, cause: TierEnd, *, by: UUID, at: datetime) -> None:
        """Let the paid tier hold until another moment; the same again changes nothing."""
        if until != self.paid_until:
            self.trigger_event(self.TierEndChanged, timestamp=at, by=by, until=until, cause=cause)

    def grant_tier(self, *, by: UUID, at: datetime) -> None:
        """Give the paid tier; giving it again changes nothing."""
        if not self.granted:
            self.trigger_event(self.TierGranted, timestamp=at, by=by)
