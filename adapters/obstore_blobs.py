"""Blobs in a folder of this machine or in S3-compatible storage, through `obstore`.

`obstore` wraps the Rust crate `object_store`: a put is atomic, in a folder by a draft beside the
blob that is linked into place, in S3 by `If-None-Match: *` (Amazon S3: conditional writes).
Credentials, region and endpoint of S3 are read from the environment by `obstore` itself:
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL and others.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, S3Store

from adapters.blobs import Blob, BlobExists, BlobIsMissing, Blobs, BlobsAreUnavailable

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
"""Variables in which `obstore` looks for where the storage is."""

REQUEST = timedelta(seconds=30)
"""Within this time every request is answered; a blob is 4 MiB at most."""

RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}


class StorageIsMisnamed(ValueError):
    """The setting that says where blobs lie cannot be followed."""


class ObstoreBlobs:
    """Blobs in any storage that `obstore` reaches; it answers for what it acknowledged."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Keep a blob, as the port says."""
        with our_errors(missing=BlobsAreUnavailable("the place for blobs is gone")):
            obstore.put(self._store, name, data, mode="create")

    def read(self, name: str, start: int, length: int) -> memoryview:
        """Return bytes of a blob, as the port says."""
        with our_errors(missing=BlobIsMissing()):
            try:
                found = obstore.get_range(self._store, name, start=start, length=length)
            except BaseError:
                if obstore.head(self._store, name)["size"] > start:
                    raise
                return memoryview(b"")
            return memoryview(found)

    def names(self, folder: str = "") -> Iterator[Blob]:
        """Give the blobs of a folder, as the port says."""
        with our_errors(missing=BlobsAreUnavailable("the place for blobs is gone")):
            for some in obstore.list(self._store, folder or None):
                for one in some:
                    yield Blob(one["path"], one["size"], one["last_modified"])

    def delete(self, names: Iterable[str]) -> None:
        """Delete blobs, as the port says."""
        with our_errors(missing=BlobsAreUnavailable("the place for blobs is gone")):
            obstore.delete(self._store, list(names))

    def flush(self, names: Iterable[str]) -> None:
        """Do nothing: such storage acknowledges only what will last."""


class FolderBlobs(ObstoreBlobs):
    """Blobs in a folder of this machine, made if there is none, for our eyes only.

    Drafts that a process left behind when it was killed are seen and deleted here, which `obstore`
    does not do: they have a `#` in their names.
    """

    def __init__(self, root: Path) -> None:
        with our_errors(missing=BlobsAreUnavailable("the folder of blobs cannot be made")):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(LocalStore(root))
        self._root = root

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Keep a blob; a new folder is on the disk before anything lies in it."""
        folder = (self._root / name).parent
        if not folder.exists():
            with our_errors(missing=BlobsAreUnavailable("the place for blobs is gone")):
                folder.mkdir(exist_ok=True)
                flush_to_disk(self._root)
        super().put(name, data)

    def names(self, folder: str = "") -> Iterator[Blob]:
        """Give the blobs of a folder, as the port says."""
        for path in self._root.glob(f"{folder or '*'}/*"):
            with our_errors(missing=BlobIsMissing()):
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue
            name = path.relative_to(self._root).as_posix()
            yield Blob(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def delete(self, names: Iterable[str]) -> None:
        """Delete blobs, and the folders that are empty then."""
        paths = [self._root / name for name in names]
        with our_errors(missing=BlobIsMissing()):
            for path in paths:
                path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths}:
            remove_if_empty(folder)

    def flush(self, names: Iterable[str]) -> None:
        """Wait until the blobs and the entries that lead to them are on the disk."""
        paths = [self._root / name for name in names]
        with our_errors(missing=BlobIsMissing()):
            for path in (*paths, *{path.parent for path in paths}):
                flush_to_disk(path)


def blobs_at(place: str | Path) -> Blobs:
    """Return the blobs in a folder, or at `s3://bucket/prefix`.

    Raises StorageIsMisnamed for another scheme, and for an endpoint that is neither encrypted nor
    on this machine; BlobsAreUnavailable if the folder cannot be made.
    """
    scheme, separator, _ = str(place).partition("://")
    if not separator:
        return FolderBlobs(Path(place).absolute())
    if scheme != "s3":
        raise StorageIsMisnamed(f"blobs lie in a folder or at s3://bucket/prefix, not at {scheme}:")
    where = urlsplit(str(place))
    options: ClientConfig = {
        "allow_http": has_plain_endpoint(),
        "timeout": REQUEST,
        "connect_timeout": timedelta(seconds=5),
    }
    prefix = where.path.strip("/") or None
    store = S3Store(where.netloc, prefix=prefix, client_options=options, retry_config=RETRIES)
    return ObstoreBlobs(store)


def has_plain_endpoint() -> bool:
    """Say whether the storage is asked without encryption. Raises StorageIsMisnamed if far away."""
    named = [urlsplit(os.environ[name]) for name in ENDPOINTS if os.environ.get(name)]
    plain = [one.hostname or "" for one in named if one.scheme == "http"]
    if not all(is_here(host) for host in plain):
        raise StorageIsMisnamed("storage on another machine must be reached through https")
    return bool(plain)


def is_here(host: str) -> bool:
    """Say whether a host is this machine, by its loopback address or as `localhost`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def our_errors(*, missing: Exception) -> Iterator[None]:
    """Say in words of the port what went wrong, without names of blobs or places."""
    try:
        yield
    except FileNotFoundError:
        raise missing from None
    except AlreadyExistsError:
        raise BlobExists from None
    except (BaseError, OSError) as error:
        raise BlobsAreUnavailable(reason(error)) from None


def reason(error: BaseError | OSError) -> str:
    """Return what the system or the storage said, as far as it names nothing."""
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return "the storage refuses us"
    if isinstance(error, OSError):
        return os.strerror(error.errno or 0)
    if code := re.search(r"\(os error (\d+)\)", str(error)):
        return os.strerror(int(code[1]))
    if status := re.search(r"status code: (\d{3})", str(error)):
        return f"the storage answered with status {status[1]}"
    return "the storage did not answer"


def flush_to_disk(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk (fsync)."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder unless something is in it, or was just put there."""
    try:
        folder.rmdir()
    except OSError:
        return
