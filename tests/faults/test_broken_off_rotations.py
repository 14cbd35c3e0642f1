"""A rotation is killed at any of its steps, and the next one brings it to its end."""

import os
import random
import signal
import subprocess
import sys

from adapters import rotation
from adapters.key_files import read_key_file
from adapters.keyring import Keyring
from domain.ports import KeyKind
from tests.fixtures.product import ROOT
from tests.fixtures.sealed_values import SealedValues, owners

FILES = 200
"""By this step the new keys are in the files."""

KILLS = 12
"""Each costs the start of two processes; which steps they meet differs from run to run."""


def rotated(sealed_values: SealedValues, last: int = 0) -> subprocess.CompletedProcess[str]:
    """Rotate in a process of its own, which kills itself at a step unless that is 0."""
    return subprocess.run(  # noqa: S603 - our own module
        [
            *(sys.executable, "-m", "tests.faults.rotator"),
            *(sealed_values.files.whole, sealed_values.narrow, str(last)),
        ],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": sealed_values.stores.database_url},
        capture_output=True,
        text=True,
        check=False,
    )


def completed(sealed_values: SealedValues) -> int:
    """Rotate to the end, and return how many steps that took."""
    done = rotated(sealed_values)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def master_keys(keyring: Keyring) -> set[bytes]:
    return {key for name in ("content", "personal") for key in keyring.all_of(name)}


def test_a_rotation_that_is_killed_anywhere_loses_nothing_and_goes_on_where_it_was(
    sealed_values: SealedValues,
):
    steps = completed(sealed_values)
    early, late = range(1, FILES), range(FILES, steps)
    for number, last in enumerate(
        [*random.sample(early, KILLS // 2), *random.sample(late, KILLS // 2)]
    ):
        killed = rotated(sealed_values, last)
        assert killed.returncode == -signal.SIGKILL, (last, killed.stderr)
        present = sealed_values.files.read()
        sealed_values.seal(sealed_values.vault(), owners(300)[number])
        require_open(sealed_values, last)
        completed(sealed_values)
        after = sealed_values.files.read()
        assert not present.former or master_keys(after) < master_keys(present), last
        assert len(rotation.uses(sealed_values.stores.pool)) == 2, last
        require_open(sealed_values, last)


def require_open(sealed_values: SealedValues, last: int) -> None:
    """The whole file opens everything, the narrow one all that is personal."""
    persons = sealed_values.of_kind(KeyKind.PERSONAL)
    assert sealed_values.opened(sealed_values.files.read()) == sealed_values.texts(), last
    assert persons.opened(read_key_file(sealed_values.narrow)) == persons.texts(), last


def test_keys_of_a_broken_off_rotation_lie_nowhere_else_afterwards(sealed_values: SealedValues):
    for last in range(20, FILES, 20):
        rotated(sealed_values, last)
    completed(sealed_values)
    files = sealed_values.files.whole.parent.iterdir()
    assert {path.name for path in files} == {"keys.json", "keys.narrow.json"}
