"""What people are told about files is short, and true to the byte where it matters."""

import pytest

from web.file_words import size


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (99 * 1024 + 512, "99.5 KB"),
        (1_025_000, "1001 KB"),
        (1 << 20, "1 MB"),
        (250 << 20, "250 MB"),
        (1000 << 20, "1000 MB"),
        (1 << 30, "1 GB"),
        (5000 << 30, "5000 GB"),
    ],
)
def test_a_size_is_told_in_up_to_four_digits(count: int, words: str):
    assert size(count) == words
