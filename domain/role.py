"""What a person is to a practice, as the sender says it at first contact."""

from enum import StrEnum

from domain.refusal import Refusal


class RoleIsUnknown(Refusal):
    """The role is not one of the five."""


class Kind(StrEnum):
    """What a person is, whoever asks."""

    DOCTOR = "doctor"
    STAFF = "staff"
    PATIENT = "patient"


class RecipientRole(StrEnum):
    """The five answers to "Select recipient's role:"."""

    DOCTOR_HERE = "doctor-in-my-practice"
    STAFF_HERE = "staff-in-my-practice"
    DOCTOR_ELSEWHERE = "doctor-in-another-practice"
    STAFF_ELSEWHERE = "staff-in-another-practice"
    PATIENT = "patient"

    @property
    def label(self) -> str:
        """Return the words on the page."""
        return self.value.replace("-", " ").capitalize()

    @property
    def kind(self) -> Kind:
        """Return what the person is."""
        return Kind(self.value.partition("-")[0])

    @property
    def joins_the_senders_practice(self) -> bool:
        """Say whether the person becomes a member of the sender's practice."""
        return self in (self.DOCTOR_HERE, self.STAFF_HERE)

    @classmethod
    def named(cls, value: str) -> "RecipientRole":
        """Return the role of that value, or raise RoleIsUnknown."""
        try:
            return cls(value)
        except ValueError:
            raise RoleIsUnknown from None
