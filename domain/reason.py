"""A reason in a person's own words, for what cannot be undone or must be answered for."""

from domain.refusal import Refusal

LONGEST_REASON = 500
"""Characters."""


class ReasonIsUnusable(Refusal):
    """A reason is empty or longer than LONGEST_REASON."""


def require_reason(text: str) -> str:
    """Return a reason without surrounding blanks, or raise ReasonIsUnusable."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST_REASON:
        raise ReasonIsUnusable
    return text
