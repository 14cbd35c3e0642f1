"""The commands `securemail key`: look after the keys that lie outside the database."""

import click

from adapters import rotation
from adapters.key_files import KeyFiles, create_key_file
from adapters.keyring import Keyring
from runtime import starting
from runtime.progress_bar import progress_bar
from runtime.readiness import keyless_stores, plainly
from runtime.settings import Settings, read_settings
from runtime.stores import Stores, keyring_of

KEYS_ARE_GIVEN = """\
the keys come from SECUREMAIL_KEYS, which this command cannot change. To rotate them:
1. Draw new ones: SECUREMAIL_KEYS= SECUREMAIL_KEY_FILE=new.json securemail key create
2. Give every process one JSON object with the new "content" and "personal", the present "lookup"
   and "web", and "former": {"content": [the present one], "personal": [the present one]}.
3. Type `securemail key rotate` with the same SECUREMAIL_KEYS. Afterwards take "former" out."""


@click.group()
def key() -> None:
    """Look after the keys that lie outside the database."""


@key.command()
def create() -> None:
    """Make a new key file with mode 0600; an existing one is never replaced.

    Keep a copy in a safe place: without it nothing in the database can be opened, by anyone.
    """
    with plainly():
        path = read_settings().key_file
        create_key_file(path)
    click.echo(f"New keys are in {path}. Keep a copy in a safe place.")


@key.command()
def status() -> None:
    """Show how many data keys hang under which master key; no key is needed for that."""
    with keyless_stores() as (_, opened):
        uses = rotation.uses(opened.pool)
    for use in uses:
        click.echo(f"{use.name:<10}{use.master_key.hex()}{use.data_keys:>14,} data keys")
    if len(uses) > len({use.name for use in uses}):
        click.echo("A rotation is under way; `securemail key rotate` brings it to its end.")


@key.command()
def rotate() -> None:
    """Hang everything under new master keys while people work; then forget the former ones.

    Killed half-way, the same command goes on where it was. Afterwards keep a copy of the new key
    file in a safe place, and destroy all copies of the former one: with them go all older copies of
    the database.
    """
    with keyless_stores() as (settings, opened), rotation.rotating(opened.pool):
        if settings.keys:
            rotate_given_keys(settings, opened)
        else:
            files = starting.key_files(settings)
            rewrap(opened, rotation.begin(opened.pool, files), files)
    click.echo(
        'The former keys are valid no longer. Take "former" out of SECUREMAIL_KEYS.'
        if settings.keys
        else f"The keys in {settings.key_file} are new. Keep a copy, destroy copies of the former."
    )


def rotate_given_keys(settings: Settings, opened: Stores) -> None:
    """Rotate keys that come from the environment, where new and former ones must be given."""
    keyring = keyring_of(settings)
    if not keyring.former:
        raise click.ClickException(KEYS_ARE_GIVEN)
    starting.ensure_keys(settings)
    rewrap(opened, keyring)


def rewrap(opened: Stores, keyring: Keyring, files: KeyFiles | None = None) -> None:
    """Wrap all data keys anew, with a progress bar, and retire the former master keys."""
    rewrapping = rotation.Rewrapping(opened.pool, keyring)
    with progress_bar("data keys", rewrapping.left(), "keys") as advance:
        rewrapping.finish(files, advance)
