"""A profile holds what a person prefers: how long her messages live, how she is told, her clock.

Invariants:
- a person has one profile, whose identifier is derived from hers;
- a preference holds within what the practice allows; what it does not allow is cut to it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5
from zoneinfo import available_timezones

from domain.aggregate import Aggregate, FirstEvent, Log, find
from domain.expiry import LONGEST_EVER
from domain.refusal import Refusal


class PreferenceIsUnusable(Refusal):
    """Not a whole number of days from 1 to LONGEST_EVER, or not a time zone that there is."""


class NoticesBy(StrEnum):
    """How a person wants to be told of messages; of her account she is always told by e-mail."""

    EMAIL_AND_TEXT = "email-and-text"
    TEXT = "text"
    EMAIL = "email"
    NONE = "none"

    @property
    def has_texts(self) -> bool:
        """Say whether texts are sent."""
        return self in (NoticesBy.EMAIL_AND_TEXT, NoticesBy.TEXT)


class Profile(Aggregate):
    """What one person prefers."""

    TOPIC = "profile"

    class Event(Aggregate.Event):
        """Something that a person chose."""

    class ProfileBegun(Event, FirstEvent):
        """A person chose something for the first time."""

        TOPIC = "profile.begun"
        user_id: UUID

    class UsualExpiryChanged(Event):
        """She chose how many days her messages live; nothing means as the practice does."""

        TOPIC = "profile.usual-expiry-changed"
        days: int | None

        def apply(self, aggregate: "Profile") -> None:
            """Remember the days."""
            aggregate.days = self.days

    class NoticesChosen(Event):
        """She chose how she is told of messages; `by_link` of a mail, without signing in."""

        TOPIC = "profile.notices-chosen"
        user_id: UUID
        notices: str
        by_link: bool

        def apply(self, aggregate: "Profile") -> None:
            """Remember how, and how it was before."""
            aggregate.told_by_before = aggregate.told_by
            aggregate.told_by = self.notices

    class TimeZoneChosen(Event):
        """She chose the time zone by whose clock she lives, such as America/Chicago."""

        TOPIC = "profile.time-zone-chosen"
        user_id: UUID
        time_zone: str

        def apply(self, aggregate: "Profile") -> None:
            """Remember the zone."""
            aggregate.time_zone = self.time_zone

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id = user_id
        self.days: int | None = None
        self.told_by: str = NoticesBy.EMAIL
        self.told_by_before: str = NoticesBy.EMAIL
        self.time_zone: str | None = None

    @classmethod
    def begin(cls, user_id: UUID, *, at: datetime) -> Self:
        """Begin the profile of a person, who chooses for herself."""
        return cls._create(
            cls.ProfileBegun, id=profile_of(user_id), timestamp=at, by=user_id, user_id=user_id
        )

    @property
    def notices(self) -> NoticesBy:
        """How she wants to be told of messages."""
        return NoticesBy(self.told_by)

    def change_usual_expiry(self, days: int | None, *, at: datetime) -> None:
        """Choose how long messages live; nothing goes back. Raises PreferenceIsUnusable."""
        if days is not None and not 1 <= days <= LONGEST_EVER:
            raise PreferenceIsUnusable
        if days != self.days:
            self.trigger_event(self.UsualExpiryChanged, timestamp=at, by=self.user_id, days=days)

    def choose_notices(self, notices: NoticesBy, *, by_link: bool, at: datetime) -> None:
        """Choose how to be told of messages; the same again changes nothing."""
        if notices is not self.notices:
            self.trigger_event(
                self.NoticesChosen,
                timestamp=at,
                by=self.user_id,
                user_id=self.user_id,
                notices=notices,
                by_link=by_link,
            )

    def take_back_stop(self, *, at: datetime) -> None:
        """Be told as before notices were stopped; who is told in some way stays as she is."""
        if self.notices is NoticesBy.NONE:
            self.choose_notices(NoticesBy(self.told_by_before), by_link=True, at=at)

    def choose_time_zone(self, time_zone: str, *, at: datetime) -> None:
        """Choose a time zone by its name in the IANA database. Raises PreferenceIsUnusable."""
        if time_zone not in available_timezones():
            raise PreferenceIsUnusable
        if time_zone != self.time_zone:
            self.trigger_event(
                self.TimeZoneChosen,
                timestamp=at,
                by=self.user_id,
                user_id=self.user_id,
                time_zone=time_zone,
            )


def profile_of(user_id: UUID) -> UUID:
    """Return the identifier of a person's profile."""
    return uuid5(user_id, "profile")


def preferred_days(log: Log, user_id: UUID) -> int | None:
    """Return how many days a person's messages should live, None if she never said."""
    profile = find(log, Profile, profile_of(user_id))
    return profile.days if profile else None
