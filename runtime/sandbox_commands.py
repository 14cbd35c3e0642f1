"""The command `securemail sandbox`: let a month pass, to see what happens then."""

import click

from runtime.clock import seconds_in_file, set_ahead
from runtime.readiness import plainly
from runtime.settings import read_settings

SECONDS_A_DAY = 86_400


@click.group()
def sandbox() -> None:
    """Play with a sandbox, in which no mail leaves and no card is charged."""


@sandbox.command()
@click.option("--days", type=click.IntRange(0, 3660), default=0, help="Days to let pass.")
@click.option("--hours", type=click.IntRange(0, 24 * 365), default=0, help="Hours to let pass.")
def ahead(days: int, hours: int) -> None:
    """Let time pass at once: renewals, ends of messages and reminders come as they would.

    There is no way back: what happened has happened.
    """
    with plainly():
        settings = read_settings()
    if not settings.has_sandbox_clock:
        raise click.ClickException("mails or cards are real here, so the clock stays as it is")
    total = seconds_in_file(settings.clock_file) + days * SECONDS_A_DAY + hours * 3600
    set_ahead(settings.clock_file, total)
    click.echo(f"This sandbox is {total // SECONDS_A_DAY} days ahead.")
