"""How a person stops mails about messages by the link in one of them, and takes that back.

The link works without signing in (RFC 8058); all that it can do is this.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, save, until_unopposed
from domain.ports import LinkPurpose, Links
from domain.profile import NoticesBy, Profile, profile_of
from domain.settling import profile_for


@dataclass(frozen=True, slots=True)
class Stopping:
    """Commands of whoever holds the link of a mail; each raises LinkIsNotValid."""

    log: Log
    links: Links

    def chosen(self, token: str, *, at: datetime) -> NoticesBy:
        """Return how the person is told of messages now; changes nothing."""
        profile = find(self.log, Profile, profile_of(self._owner(token, at)))
        return profile.notices if profile else NoticesBy.EMAIL

    def stop(self, token: str, *, at: datetime) -> int:
        """Tell the person of no messages any more; doing so again changes nothing."""
        user_id = self._owner(token, at)

        def command() -> int:
            profile = profile_for(self.log, user_id, at)
            profile.choose_notices(NoticesBy.NONE, by_link=True, at=at)
            return save(self.log, profile)

        return until_unopposed(command)

    def take_back(self, token: str, *, at: datetime) -> int:
        """Tell the person of messages again, as before; doing so again changes nothing."""
        user_id = self._owner(token, at)

        def command() -> int:
            profile = find(self.log, Profile, profile_of(user_id))
            if profile is None:
                return 0
            profile.take_back_stop(at=at)
            return save(self.log, profile)

        return until_unopposed(command)

    def _owner(self, token: str, at: datetime) -> UUID:
        return self.links.owner(token, LinkPurpose.STOP_NOTICES, at=at)
