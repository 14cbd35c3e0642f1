"""Which practice a command means: given by its identifier, or by its public name."""

from uuid import UUID

import click

from projections.roster import Roster


def the_practice(roster: Roster, which: str) -> UUID:
    """Return the one practice that is meant."""
    try:
        return UUID(which)
    except ValueError:
        found = roster.practices_named(which)
    if not found:
        raise click.ClickException("there is no practice of that name")
    if len(found) > 1:
        names = ", ".join(map(str, found))
        raise click.ClickException(f"several practices have that name; give one of {names}")
    return found[0]
