"""While keys are rotated, people write, read and destroy; none of them notices."""

import threading
from collections.abc import Callable
from itertools import count

from adapters import rotation
from adapters.key_files import read_key_file
from adapters.shredder import PostgresShredder
from adapters.vault import PostgresVault
from domain.ports import KeyKind
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.sealed_values import SealedValues, owners

ROTATIONS = 3


def until(over: threading.Event, work: Callable[[int], object]) -> Callable[[], int]:
    """Return what does the work again and again, and says how often it could."""

    def goes_on() -> int:
        for number in count():
            if over.is_set():
                return number
            work(number)
        raise AssertionError

    return goes_on


def test_who_writes_reads_and_destroys_meanwhile_never_fails(sealed_values: SealedValues):
    over, url = threading.Event(), sealed_values.stores.database_url
    kept, doomed = sealed_values.values[:100], sealed_values.values[100:]
    persons = [(sealed, place) for sealed, place in kept if place.kind is KeyKind.PERSONAL]
    new, gone = owners(100_000), set[str]()
    with Stores.open(url) as one, Stores.open(url) as other, Stores.open(url) as third:
        house, narrow = sealed_values.files.read(), read_key_file(sealed_values.narrow)
        writer, reader = PostgresVault(one.pool, house), PostgresVault(other.pool, house)
        notifier, shredder = PostgresVault(other.pool, narrow), PostgresShredder(third.pool)

        def rotate() -> int:
            try:
                return len([sealed_values.rotate(batch=20) for _ in range(ROTATIONS)])
            finally:
                over.set()

        def write(number: int) -> None:
            sealed_values.seal(writer, new[number])

        def read(number: int) -> None:
            sealed, place = kept[number % len(kept)]
            assert reader.open(sealed, place) == place.owner.hex

        def notify(number: int) -> None:
            sealed, place = persons[number % len(persons)]
            assert notifier.open(sealed, place) == place.owner.hex

        def destroy(_: int) -> None:
            if doomed:
                _, place = doomed.pop()
                shredder.shred(place.kind, [place.owner])
                gone.add(place.owner.hex)

        works = [until(over, work) for work in (write, read, notify, destroy)]
        answers = at_once(rotate, *works)
    assert [answer for answer in answers if not isinstance(answer, int)] == []
    assert [int(str(answer)) >= ROTATIONS for answer in answers] == [True] * 5
    opened = sealed_values.opened(sealed_values.files.read())
    assert opened == [None if text in gone else text for text in sealed_values.texts()]
    assert len(rotation.uses(sealed_values.stores.pool)) == 2
