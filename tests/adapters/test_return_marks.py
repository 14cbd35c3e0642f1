"""A mark names its notice, and only who has the key of the house can make one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bounced_mail import Kind, ReturnedMail, read_returned_mail
from adapters.keyring import Keyring
from adapters.return_marks import ReturnMarks
from tests.adapters.smtp.office import MARKS as OFFICE
from tests.adapters.smtp.test_bounced_mail import BOUNCE, MARK, NOON, OTHER_MARK
from tests.contracts.mailer import FIRST

RING = Keyring.draw()
MARKS = ReturnMarks.under(RING)


@given(notice_id=st.uuids())
def test_a_mark_names_its_notice_in_capital_letters_too(notice_id: UUID):
    mark = MARKS.mark(notice_id)
    assert MARKS.read(mark) == MARKS.read(mark.upper()) == notice_id


@given(text=st.text() | st.from_regex(r"[0-9a-f]{44}", fullmatch=True))
def test_nothing_else_is_a_mark(text: str):
    assert MARKS.read(text) is None


def test_a_mark_of_another_house_is_none():
    assert ReturnMarks.under(Keyring.draw()).read(MARKS.mark(FIRST)) is None


def test_a_mark_outlives_a_change_of_the_key_as_long_as_the_former_one_is_kept():
    changed = RING.redrawn().with_former(RING)
    assert ReturnMarks.under(changed).read(MARKS.mark(FIRST)) == FIRST
    assert ReturnMarks.under(changed.without_former()).read(MARKS.mark(FIRST)) is None


def test_a_mark_does_not_show_its_key():
    assert RING["personal"].hex()[:12] not in repr(MARKS) + MARKS.mark(FIRST)


@pytest.mark.parametrize("bare", [FIRST.hex, FIRST.hex + "0" * 12, MARK[:32] + OTHER_MARK[32:]])
def test_who_knows_no_more_than_the_number_of_a_notice_cannot_say_that_it_came_back(bare: str):
    assert read_returned_mail(
        BOUNCE.replace(MARK, bare).encode(), marks=OFFICE, now=NOON
    ) == ReturnedMail(Kind.BOUNCE)
