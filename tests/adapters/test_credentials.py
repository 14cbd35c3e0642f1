"""Everything by which a person gets in, destroyed together."""

from datetime import timedelta
from uuid import UUID

from adapters.credentials import PostgresCredentials
from adapters.links import PostgresLinks
from domain.ports import LinkPurpose
from runtime.stores import Stores
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
BEN = UUID("00000000-0000-0000-0000-0000000000bb")


def moved_in(stores: Stores, user_id: UUID) -> None:
    end = START + timedelta(hours=1)
    PostgresLinks(stores.pool).mint(user_id, LinkPurpose.REGISTER, at=START, expires_at=end)
    with stores.pool.connection() as connection:
        connection.execute("INSERT INTO vault.password VALUES (%s, 'hash', now())", (user_id,))
        connection.execute(
            "INSERT INTO vault.session VALUES (%s, %s, '{}', now(), now())",
            (user_id.bytes, user_id),
        )


def left(stores: Stores) -> list[tuple[str, UUID]]:
    with stores.pool.connection() as connection:
        return connection.execute(
            """
            SELECT 'link', user_id FROM vault.link
            UNION ALL SELECT 'password', user_id FROM vault.password
            UNION ALL SELECT 'session', user_id FROM vault.session ORDER BY 1, 2
            """
        ).fetchall()


def test_password_links_and_sessions_of_one_person_are_destroyed(empty_vault: Stores) -> None:
    for user_id in (ADA, BEN):
        moved_in(empty_vault, user_id)
    for _ in range(2):
        PostgresCredentials(empty_vault.pool).forget(ADA)
        assert left(empty_vault) == [("link", BEN), ("password", BEN), ("session", BEN)]
