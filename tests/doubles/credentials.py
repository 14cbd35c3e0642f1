"""Links and passwords in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.password import one_form
from domain.ports import LinkIsNotValid, LinkPurpose, LinkWasUsed, marked
from tests.doubles.phone_codes import MemoryPhoneCodes


@dataclass
class Link:
    user_id: UUID
    purpose: LinkPurpose
    expires_at: datetime
    consumed: bool = False


@dataclass
class MemoryLinks:
    links: dict[str, Link] = field(default_factory=dict)

    def mint(
        self,
        user_id: UUID,
        purpose: LinkPurpose,
        *,
        at: datetime,
        expires_at: datetime,
        version: int = 1,
    ) -> str:
        del at
        token = marked(f"token-{len(self.links) + 1:020}", version)
        self.links[token] = Link(user_id, purpose, expires_at)
        return token

    def owner(self, token: str, purpose: LinkPurpose, *, at: datetime) -> UUID:
        link = self.links.get(token)
        if link is None or link.purpose != purpose:
            raise LinkIsNotValid
        if link.consumed:
            raise LinkWasUsed(link.user_id)
        if at >= link.expires_at:
            raise LinkIsNotValid
        return link.user_id

    def consume_all(self, user_id: UUID, purpose: LinkPurpose, *, at: datetime) -> None:
        del at
        for link in self.links.values():
            if (link.user_id, link.purpose) == (user_id, purpose):
                link.consumed = True


@dataclass
class MemoryPasswords:
    links: MemoryLinks
    passwords: dict[UUID, str] = field(default_factory=dict)

    def weakness(self, password: str, context: Iterable[str]) -> str | None:
        if any(word and word in password for word in context):
            return "Do not build it from your name, your address or your practice."
        return "This password is too easy to guess." if len(set(password)) < 5 else None

    def set_by_link(self, token: str, password: str, *, at: datetime) -> UUID:
        user_id = self.links.owner(token, LinkPurpose.SET_PASSWORD, at=at)
        self.links.consume_all(user_id, LinkPurpose.SET_PASSWORD, at=at)
        self.passwords[user_id] = one_form(password)
        return user_id

    def matches(self, user_id: UUID | None, password: str) -> bool:
        return user_id is not None and self.passwords.get(user_id) == one_form(password)


@dataclass
class MemoryCredentials:
    links: MemoryLinks
    passwords: MemoryPasswords
    codes: MemoryPhoneCodes = field(default_factory=MemoryPhoneCodes)

    def forget(self, user_id: UUID) -> None:
        self.codes.forget(user_id)
        self.passwords.passwords.pop(user_id, None)
        for token, link in list(self.links.links.items()):
            if link.user_id == user_id:
                del self.links.links[token]
