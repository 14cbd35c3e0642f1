"""A page asks the database as often for fifty rows as for one."""

import psycopg
import pytest

from domain.role import RecipientRole
from tests.fixtures.house import House, Visitor

Statements = list[str]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Collect what the database is asked, from here on."""
    asked: Statements = []
    execute = psycopg.Cursor.execute

    def noted(cursor: psycopg.Cursor, query: object, *more: object, **named: object) -> object:
        asked.extend([str(query)] if query else [])  # the pool asks nothing to see who is there
        return execute(cursor, query, *more, **named)  # type: ignore[arg-type] - passes through

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return asked


def cost(visitor: Visitor, statements: Statements, path: str) -> int:
    visitor.get(path)  # takes the notes of what was done before
    statements.clear()
    assert visitor.get(path).status_code == 200
    return len(statements)


def patients_who_answer(house: House, doctor: Visitor, numbers: range) -> None:
    """Let a doctor write to new patients, each of whom answers."""
    portal, me = house.portal, house.portal.inviting.holder(doctor.address)
    assert me is not None
    for number in numbers:
        address, message_id = f"patient-{number}@home.example", portal.new_id()
        portal.corresponding.send(
            message_id=message_id,
            sender_id=me,
            to=address,
            role=RecipientRole.PATIENT,
            subject=f"Number {number}",
            body="A body",
            at=house.clock(),
        )
        patient = portal.inviting.holder(address)
        assert patient is not None
        portal.corresponding.reply(
            message_id=portal.new_id(),
            sender_id=patient,
            to_message_id=message_id,
            body="An answer",
            at=house.clock(),
        )
    house.settle()


@pytest.mark.parametrize("path", ["/inbox", "/sent", "/practice", "/invitations"])
def test_the_number_of_rows_does_not_change_the_number_of_statements(
    house: House, ada: Visitor, statements: Statements, path: str
) -> None:
    patients_who_answer(house, ada, range(1))
    for_one = cost(ada, statements, path)
    patients_who_answer(house, ada, range(1, 50))
    assert cost(ada, statements, path) == for_one
    assert 0 < for_one <= 17
