"""A read model knows its tables, and whether those in the database were made otherwise."""

import pytest

from projections.projection import Projection
from projections.rebuild import Rebuild, install
from projections.runner import PROJECTIONS
from runtime.stores import Stores
from tests.projections.history import history
from tests.projections.rows import all_rows, positions, remembered

pytestmark = pytest.mark.as_owner

EACH = pytest.mark.parametrize("projection", PROJECTIONS, ids=[one.name for one in PROJECTIONS])


@EACH
def test_what_is_installed_as_it_should_be_needs_no_rebuild(stores: Stores, projection: Projection):
    with stores.pool.connection() as connection:
        assert install(connection, projection) is False


@EACH
def test_tables_that_were_made_otherwise_need_a_rebuild_and_stay_until_then(
    stores: Stores, projection: Projection
):
    shown = remembered(stores, history(seed=8, commands=100))
    with stores.pool.connection() as connection:
        connection.execute("UPDATE projection.position SET definition = 'an older one'")
        assert install(connection, projection) is True
    assert all_rows(stores.pool) == shown
    Rebuild(stores.log, stores.pool, projection).run()
    with stores.pool.connection() as connection:
        assert install(connection, projection) is False
    assert all_rows(stores.pool) == shown


@EACH
def test_a_read_model_that_was_never_there_is_made_empty(stores: Stores, projection: Projection):
    tables = {name: set(rows) for name, rows in all_rows(stores.pool).items()}
    with stores.pool.connection() as connection:
        connection.execute(f"DROP SCHEMA {projection.name} CASCADE")
        connection.execute("DELETE FROM projection.position WHERE name = %s", (projection.name,))
        assert install(connection, projection) is False
    assert positions(stores.pool)[projection.name] == 0
    assert {name: set(rows) for name, rows in all_rows(stores.pool).items()} == tables


def test_the_definition_is_a_fingerprint_of_the_tables():
    definitions = {projection.definition for projection in PROJECTIONS}
    assert {len(definition) for definition in definitions} == {64}
    assert len(definitions) == len(PROJECTIONS)
