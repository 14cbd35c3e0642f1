"""Which people of a practice prove their phone at registration and reset: two switches."""

from dataclasses import dataclass

from domain.role import Kind


@dataclass(frozen=True, slots=True)
class TwoStepPolicy:
    """The two switches of a practice; colleagues are its own doctors and staff, and others'."""

    colleagues: bool = False
    patients: bool = False

    def covers(self, kind: Kind) -> bool:
        """Say whether a person of that kind proves a phone."""
        return self.patients if kind is Kind.PATIENT else self.colleagues

    def within(self, other: "TwoStepPolicy") -> "TwoStepPolicy":
        """Return this policy without what the other one does not ask for."""
        return TwoStepPolicy(self.colleagues and other.colleagues, self.patients and other.patients)
