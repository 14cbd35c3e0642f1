"""Older office files are told apart by the names of their streams."""

import re
from io import BytesIO

import pytest

from adapters.archives import look
from domain.file_kind import ArchiveIsDamaged, FileKind, FileKindIsUnknown
from tests.fixtures.compound_files import compound


def seen(content: bytes) -> FileKind:
    return look(BytesIO(content), len(content))


@pytest.mark.parametrize(
    "streams",
    [
        ("__properties_version1.0",),
        ("EncryptionInfo", "EncryptedPackage"),
        ("\u4840\u3f7f\u4164",),
        (),
        ("WordDocument", "Workbook"),
    ],
)
def test_mails_installers_and_encrypted_documents_are_unknown(streams: tuple[str, ...]) -> None:
    with pytest.raises(FileKindIsUnknown):
        seen(compound(*streams))


WORD = compound("WordDocument", "1Table", "Data", "Macros and more")
COMPOUND_DAMAGES = {
    "cut off": WORD[:700],
    "only a header": WORD[:512],
    "less than a header": WORD[:511],
    "another version": WORD[:26] + b"\x05" + WORD[27:],
    "another byte order": WORD[:28] + b"\xff\xfe" + WORD[30:],
    "absurd sectors": WORD[:30] + b"\x1f" + WORD[31:],
    "directory outside": WORD[:48] + b"\x77" + WORD[49:],
    "directory in a circle": WORD[: 512 + 4] + b"\x01\0\0\0" + WORD[512 + 8 :],
    "no table": WORD[:76] + b"\xff\xff\xff\xff" + WORD[80:],
    "too many tables": WORD[:72] + b"\xff\xff\0\0" + WORD[76:],
    "neighbours in a circle": re.sub(rb"\x02\0\0\0(?=\xff{4})", b"\x01\0\0\0", WORD, count=1),
    "a child that is not there": WORD[: 1024 + 76] + b"\x99" + WORD[1024 + 77 :],
    "a name too long": WORD[: 1024 + 64] + b"\x99" + WORD[1024 + 65 :],
}


@pytest.mark.parametrize("content", COMPOUND_DAMAGES.values(), ids=COMPOUND_DAMAGES)
def test_a_damaged_compound_file_is_damaged(content: bytes) -> None:
    with pytest.raises(ArchiveIsDamaged):
        seen(content)
