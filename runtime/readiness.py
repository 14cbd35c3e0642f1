"""What commands begin with: a database that is ready, and failures that are told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg

from adapters.keyring import KeysAreUnusable
from adapters.rotation import DataKeysAreDamaged, RotationIsUnderWay
from projections.plausibility import NotPlausible
from runtime import starting
from runtime.embedded_account import DatabaseDoesNotStart
from runtime.migration import DatabaseIsUnusable
from runtime.reading import SettingsAreUnusable
from runtime.settings import Settings, read_settings
from runtime.stores import Stores

FORESEEN = (
    SettingsAreUnusable,
    KeysAreUnusable,
    DatabaseIsUnusable,
    DatabaseDoesNotStart,
    NotPlausible,
    RotationIsUnderWay,
    DataKeysAreDamaged,
)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn foreseen failures into one line instead of a traceback."""
    try:
        yield
    except FORESEEN as error:
        raise click.ClickException(str(error)) from None
    except psycopg.OperationalError:
        raise click.ClickException(
            "the database cannot be reached; look at host, name and password in DATABASE_URL and "
            "OWNER_DATABASE_URL"
        ) from None
    except psycopg.errors.InsufficientPrivilege:
        raise click.ClickException(
            "the role of DATABASE_URL may not do this; OWNER_DATABASE_URL must be the address of "
            "the role that owns the database"
        ) from None
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise click.ClickException(f"cannot use{where}: {error.strerror}") from None


@contextmanager
def keyless_stores(*, as_owner: bool = False) -> Iterator[tuple[Settings, Stores]]:
    """Yield settings and stores of a database that is ready; only its owner may make tables."""
    with plainly(), starting.database(read_settings()) as settings:
        address = settings.owner_url if as_owner else str(settings.database_url)
        with Stores.open(address) as opened:
            yield settings, opened
