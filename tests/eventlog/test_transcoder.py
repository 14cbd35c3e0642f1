"""What was stored comes back as the library would bring it back, to the last value."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    TranscodingNotRegisteredError,
    UUIDAsHex,
)

from eventlog.transcoder import EventTranscoder

VALUES = [
    None,
    {},
    {"id": UUID(int=7), "at": datetime(2026, 11, 3, 14, 5, tzinfo=UTC), "text": "naïve \U0001f9b7"},
    {"ids": [UUID(int=7), UUID(int=7), UUID(int=8)], "deep": {"er": {"id": UUID(int=9)}}},
    {"_type_": "only this"},
    {"_type_": None, "other": 1},
    {"_data_": 1, "other": 2},
    {"_type_": "uuid_hex", "other": 1},
    {"_type_": "uuid_hex", "_data_": "0", "more": 1},
]


def the_librarys() -> JSONTranscoder:
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    return transcoder


@pytest.mark.parametrize("value", VALUES)
def test_both_transcoders_write_and_read_the_same(value: object):
    ours, theirs = EventTranscoder(), the_librarys()
    written = theirs.encode(value)
    assert ours.encode(value) == written
    assert ours.decode(written) == theirs.decode(written)
    assert ours.decode(written) == value


def test_what_nobody_knows_is_told():
    written = b'{"_type_":"rune","_data_":1}'
    for transcoder in (the_librarys(), EventTranscoder()):
        with pytest.raises(TranscodingNotRegisteredError):
            transcoder.decode(written)


@pytest.mark.parametrize("text", ["", "no identifier", 5, None])
def test_what_is_no_identifier_is_refused_each_time(text: object):
    transcoder = EventTranscoder()
    written = the_librarys().encode({"_type_": "uuid_hex", "_data_": text})
    for _ in range(2):
        with pytest.raises((ValueError, TypeError, AttributeError)):
            transcoder.decode(written)
