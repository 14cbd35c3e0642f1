"""The command `securemail mail`: what comes back to the address from which notices are sent."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click

from adapters.bounced_mail import read_returned_mail
from adapters.return_marks import ReturnMarks
from adapters.vault import PostgresVault
from domain.delivering import Delivering
from domain.inviting import Inviting
from domain.replying import Replying
from runtime import starting
from runtime.clock import now
from runtime.readiness import keyless_stores
from runtime.stores import account_keys_of

MOST_BYTES = 1024 * 1024
"""A bounce tells what happened at its beginning; of longer mails the rest is not read."""


@contextmanager
def later_if_it_fails() -> Iterator[None]:
    """End with EX_TEMPFAIL (sysexits.h) on any failure: a mail server then hands it over later.

    With any other it would send the failure to whoever wrote.
    """
    try:
        yield
    except click.ClickException as failure:
        failure.show()
        sys.exit(os.EX_TEMPFAIL)
    except Exception as failure:  # noqa: BLE001 - whatever it is, the mail comes again
        click.echo(f"Error: {type(failure).__name__}", err=True)
        sys.exit(os.EX_TEMPFAIL)


@click.group()
def mail() -> None:
    """Take in what comes back to the address of our notices: bounces and replies."""


@mail.command()
@click.argument("message", type=click.File("rb"), default="-")
def received(message: BinaryIO) -> None:
    """Take in one mail, as a mail server hands it over: `securemail mail received < mail`.

    A bounce is recorded with the notice that it is about. Who replied, and has an account, is told
    where to write. All else is dropped, and so is a bounce that does not bear the mark of the mail
    that came back. Nothing of a mail is kept or shown.
    """
    raw = message.read(MOST_BYTES)
    moment = now()
    with later_if_it_fails(), keyless_stores() as (settings, opened):
        starting.ensure_account_keys(settings)
        keyring = account_keys_of(settings)
        found = read_returned_mail(raw, marks=ReturnMarks.under(keyring), now=moment)
        if found.report:
            Delivering(opened.log).hear([found.report], at=moment)
        if found.from_address:
            vault = PostgresVault(opened.pool, keyring)
            replying = Replying(opened.log, Inviting(opened.log, vault))
            replying.refuse(address=found.from_address, at=moment)
    click.echo(f"taken in: {found.kind}")
