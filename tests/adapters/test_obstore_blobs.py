"""Blobs in memory, in a folder, and in storage that speaks S3, by one contract."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from adapters.blobs import BlobIsMissing, Blobs, BlobsAreUnavailable
from adapters.obstore_blobs import ENDPOINTS, StorageIsMisnamed, blobs_at, has_plain_endpoint
from adapters.sealed_files import discard
from tests.contracts.blobs import FOLDER, NAME, BlobsContract, names_in
from tests.doubles.blobs import MemoryBlobs
from tests.fixtures.product import ROOT


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """Give the address of storage that speaks S3, on this machine."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the URL of an empty place in storage that speaks S3."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "sample",
        "AWS_SECRET_ACCESS_KEY": "sample",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = boto3.resource("s3", endpoint_url=s3_server).Bucket("attachments")
    bucket.create()
    yield "s3://attachments/of/a/portal"
    bucket.objects.delete()
    bucket.delete()


class TestMemoryBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self) -> Blobs:
        return MemoryBlobs()


class TestFolder(BlobsContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> Blobs:
        return blobs_at(tmp_path / "blobs")


class TestStorageThatSpeaksS3(BlobsContract):
    @pytest.fixture
    def blobs(self, s3: str) -> Blobs:
        return blobs_at(s3)


def test_a_folder_is_made_for_our_eyes_only(tmp_path: Path):
    blobs_at(str(tmp_path / "a" / "blobs")).put(NAME, b"x")
    assert stat.S_IMODE((tmp_path / "a" / "blobs").stat().st_mode) == 0o700
    assert (tmp_path / "a" / "blobs" / NAME).read_bytes() == b"x"


def test_a_folder_that_is_there_keeps_what_it_has(tmp_path: Path):
    blobs_at(tmp_path).put(NAME, b"x")
    assert blobs_at(tmp_path).read(NAME, 0, 1) == b"x"


def test_the_folder_of_a_file_goes_with_its_last_blob(tmp_path: Path):
    blobs = blobs_at(tmp_path)
    blobs.put(NAME, b"x")
    blobs.put(f"{FOLDER}/00004-token", b"x")
    blobs.delete([NAME])
    assert (tmp_path / FOLDER).is_dir()
    blobs.delete([f"{FOLDER}/00004-token"])
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_cannot_be_flushed_to_a_folder(tmp_path: Path):
    with pytest.raises(BlobIsMissing):
        blobs_at(tmp_path).flush([NAME])


PUT_UNTIL_KILLED = """
import sys
from adapters.obstore_blobs import blobs_at
blobs = blobs_at(sys.argv[1])
blobs.put(sys.argv[2], bytes(4 << 20))
print("one is put", flush=True)
for number in range(1, 100_000):
    blobs.put(f"{sys.argv[2]}{number}", bytes(4 << 20))
    blobs.delete([f"{sys.argv[2]}{number}"])
"""


def test_a_put_that_was_killed_leaves_a_whole_blob_or_a_draft_that_can_be_deleted(tmp_path: Path):
    blobs = blobs_at(tmp_path)
    for _ in range(5):
        child = subprocess.Popen(  # noqa: S603 - this Python, our own words
            [sys.executable, "-c", PUT_UNTIL_KILLED, tmp_path, NAME],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        with child:
            assert child.stdout
            child.stdout.readline()
            child.kill()
        whole = [blob for blob in blobs.names() if "#" not in blob.name]
        assert {blob.size for blob in whole} == {4 << 20}
        discard(blobs, UUID(hex=FOLDER))
        assert list(tmp_path.iterdir()) == []


def test_drafts_that_were_left_behind_are_seen_and_deleted(tmp_path: Path):
    blobs = blobs_at(tmp_path)
    blobs.put(NAME, b"x")
    (tmp_path / f"{NAME}#1").write_bytes(b"half")
    assert names_in(blobs, FOLDER) == {NAME, f"{NAME}#1"}
    blobs.delete([f"{NAME}#1"])
    assert names_in(blobs) == {NAME}


FILL = """
import os, resource, signal, sys
from adapters.blobs import BlobsAreUnavailable
from adapters.obstore_blobs import blobs_at
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
blobs = blobs_at(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    blobs.put(sys.argv[2], bytes(1001))
except BlobsAreUnavailable as error:
    print(error, end="")
blobs.put(sys.argv[2], bytes(1000))
"""


def test_a_put_for_which_there_is_no_room_is_told_and_leaves_nothing(tmp_path: Path):
    done = subprocess.run(  # noqa: S603 - this Python, our own words
        [sys.executable, "-c", FILL, tmp_path, NAME],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == os.strerror(errno.EFBIG)
    assert [path.stat().st_size for path in (tmp_path / FOLDER).iterdir()] == [1000]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(BlobsAreUnavailable, match=os.strerror(errno.ENOTDIR)):
        blobs_at(tmp_path / "file" / "blobs")


def test_a_storage_that_is_away_is_told_without_names(s3: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    blobs = blobs_at(s3)
    for act in (
        lambda: blobs.put(NAME, b"x"),
        lambda: blobs.read(NAME, 0, 1),
        lambda: names_in(blobs),
        lambda: blobs.delete([NAME]),
    ):
        with pytest.raises(BlobsAreUnavailable) as told:
            act()
        assert str(told.value) == "the storage did not answer"
        assert told.value.__suppress_context__


def test_a_bucket_that_does_not_exist_is_told(s3: str):
    blobs = blobs_at(s3.replace("attachments", "elsewhere"))
    with pytest.raises(BlobsAreUnavailable):
        blobs.put(NAME, b"x")
    with pytest.raises(BlobsAreUnavailable):
        names_in(blobs)


def test_blobs_lie_below_the_prefix_and_others_are_not_seen(s3: str, s3_server: str):
    blobs_at(s3).put(NAME, b"x")
    blobs_at("s3://attachments/of/another").put(NAME, b"y")
    assert names_in(blobs_at(s3)) == {NAME}
    bucket = boto3.resource("s3", endpoint_url=s3_server).Bucket("attachments")
    assert {one.key for one in bucket.objects.all()} == {
        f"of/a/portal/{NAME}",
        f"of/another/{NAME}",
    }
    assert blobs_at("s3://attachments").read(f"of/a/portal/{NAME}", 0, 1) == b"x"


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize(
    "endpoint",
    ["http://storage.sample.example", "http://192.0.2.1:9000", "HTTP://127.0.0.1.nip.example"],
)
def test_storage_on_another_machine_is_never_reached_without_encryption(
    name: str, endpoint: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv(name, endpoint)
    with pytest.raises(StorageIsMisnamed, match="https"):
        blobs_at("s3://attachments")


@pytest.mark.parametrize(
    ("endpoint", "is_plain"),
    [("http://localhost:1", True), ("http://[::1]:1", True), ("https://sample.example", False)],
)
def test_storage_on_this_machine_or_behind_https_may_be_named(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, *, is_plain: bool
):
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert has_plain_endpoint() is is_plain


@pytest.mark.parametrize("place", ["gs://bucket", "http://127.0.0.1/x", "file:///folder"])
def test_other_places_are_refused(place: str):
    with pytest.raises(StorageIsMisnamed):
        blobs_at(place)
