"""What sealing costs a page: the inbox with 50 subjects, beside one that was never sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

from bench.database import database
from bench.figure import Figure, one_round
from domain.ports import Place, Sealed, Vault
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.clock import Clock
from tests.fixtures.house import House, build_house
from tests.fixtures.prompt_log import PromptLog

SUBJECTS = 50
CALLS, ROUNDS = 10, 15


@dataclass
class OpenVault:
    """Gives away what is in it: for a house whose texts were never sealed."""

    vault: Vault
    texts: dict[Sealed, str]

    def seal(self, text: str, place: Place) -> Sealed:
        """Seal as before."""
        return self.vault.seal(text, place)

    def seal_all(self, values: Sequence[tuple[str, Place]]) -> list[Sealed]:
        """Seal as before."""
        return self.vault.seal_all(values)

    def open(self, sealed: Sealed, _: Place) -> str:
        """Return the text."""
        return self.texts[sealed]

    def open_all(self, values: Sequence[tuple[Sealed, Place]]) -> list[str | None]:
        """Return the texts; what is asked for the first time is opened as before."""
        if not all(sealed in self.texts for sealed, _ in values):
            opened = self.vault.open_all(values)
            self.texts |= {one: str(text) for (one, _), text in zip(values, opened, strict=True)}
        return [self.texts[sealed] for sealed, _ in values]

    def address_id(self, address: str) -> UUID:
        """Find as before."""
        return self.vault.address_id(address)


def pages(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Show the inbox, with its texts sealed and in clear, in turns."""
    with (
        database(on) as url,
        Stores.open(url, PromptLog) as stores,
        TemporaryDirectory() as folder,
    ):
        house = build_house(stores, Clock(), Path(folder))
        sealed, unsealed = inbox_with(house)
        yield Figure("inbox-page.50", 1 / sealed, "pages/s", unsealed / sealed, "the same in clear")


def inbox_with(house: House) -> tuple[float, float]:
    """Return the seconds that the page takes sealed and in clear."""
    house.open_practice()
    ada = house.join("ada@sample-dental.example", "Ada Sample")
    ada.compose("ben@sample-dental.example", "staff-in-my-practice")
    ben = house.join("ben@sample-dental.example", "Ben Sample")
    house.write(ada, "ben@sample-dental.example", times=SUBJECTS - 1)
    in_clear = replace(house.portal, vault=OpenVault(house.portal.vault, {}))

    def seconds(portal: object) -> float:
        house.app.extensions["portal"] = portal
        page = ben.get("/inbox").text
        assert page.count("mail-subject") == SUBJECTS
        return one_round(lambda: ben.get("/inbox"), CALLS)

    rounds = [(seconds(house.portal), seconds(in_clear)) for _ in range(ROUNDS)]
    sealed, unsealed = (median(times) for times in zip(*rounds, strict=True))
    return sealed, unsealed
