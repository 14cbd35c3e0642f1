"""Reads numbers from the environment, and says what is wrong with a setting."""

from collections.abc import Mapping


class SettingsAreUnusable(Exception):
    """A setting is missing or contradicts another; the message says which."""


def number(environment: Mapping[str, str], name: str, default: int) -> int:
    """Read a port number. Raises SettingsAreUnusable."""
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) < 65536:  # noqa: PLR2004 - the ports there are
        raise SettingsAreUnusable(f"{name} must be a port number, not {text!r}")
    return int(text)


def count(environment: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    """Read a whole number, usually of at least 1. Raises SettingsAreUnusable."""
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) < 1 << 40:
        raise SettingsAreUnusable(
            f"{name} must be a whole number of at least {least}, not {text!r}"
        )
    return int(text)
