"""How a person comes in with address and password, and goes out again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.address import AddressIsMalformed
from domain.aggregate import Log, get, save, until_unopposed
from domain.device import Devices
from domain.inviting import Inviting
from domain.ports import Passwords
from domain.refusal import Refusal
from domain.user import CannotSignIn, User


class SignInWasRefused(Refusal):
    """Address and password do not belong together; which of them is wrong is not said."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Commands at the door."""

    log: Log
    passwords: Passwords
    inviting: Inviting
    devices: Devices

    def sign_in(self, *, address: str, password: str, device: str, at: datetime) -> UUID:
        """Return who came in; where she never did before, she is told of it.

        A device is remembered after the record is safe: a crash in between tells her twice. Raises
        SignInWasRefused, as slowly for strangers as for others.
        """
        user_id = self._holder(address)
        right = self.passwords.matches(user_id, password)
        if user_id is None:
            raise SignInWasRefused
        is_known = right and self.devices.knows(user_id, device)

        def record() -> bool:
            user = get(self.log, User, user_id, SignInWasRefused)
            came_in = right
            try:
                if right:
                    user.sign_in(is_known_device=is_known, at=at)
                else:
                    user.refuse_sign_in(at=at)
            except CannotSignIn:
                came_in = False
            save(self.log, user)
            return came_in

        if not until_unopposed(record):
            raise SignInWasRefused
        self.devices.remember(user_id, device, at=at)
        return user_id

    def sign_out(self, *, user_id: UUID, at: datetime) -> None:
        """Record that a person went out."""

        def record() -> int:
            user = get(self.log, User, user_id, SignInWasRefused)
            user.sign_out(at=at)
            return save(self.log, user)

        until_unopposed(record)

    def _holder(self, address: str) -> UUID | None:
        try:
            return self.inviting.holder(address)
        except AddressIsMalformed:
            return None
