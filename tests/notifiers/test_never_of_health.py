"""Never anything of health: what people write is in no notice, whichever way it goes.

Messages of arbitrary subjects, texts and file names are sent, answered, taken back, left unread and
left to end; everybody is told by every carrier. The words are made of Greek letters, `~` and `^`.
No word, identifier, sealed value, date or address of ours has one of these letters, nor four of
these in a row, as it is read or in the encodings of mails (RFC 2045, RFC 2047), which are of
letters, digits, `+`, `/`, `=` and `?`. So nothing is found by chance: what is found was leaked.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.outbox_mailer import OutboxMailer
from domain.notification import Channel
from domain.profile import NoticesBy
from domain.role import RecipientRole
from notifiers.office import runner_over
from notifiers.runner import Runner
from tests.fixtures.files import pdf
from tests.notifiers.carriers import Everywhere, everywhere
from tests.notifiers.fates import ends_in, message_of, sweep
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

GREEK = frozenset("αβγδεζηθικλμνξοπρστυφχψω")
WORDS = st.text(alphabet=[*sorted(GREEK), "~", "^"], min_size=4, max_size=20)
SUBJECTS = WORDS.flatmap(lambda word: st.sampled_from([word, f"{word} {word}", f" {word}\n"]))
BODIES = st.lists(WORDS, min_size=1, max_size=5).map("\n".join)
NUMBERS = count()
PHONE = "+12025550143"
PACE = dict.fromkeys(Channel, 1000.0)
TOLD = {"registration", "new-message", "expiry", "unread-nudge", "recall"}

ONE_HOUSE = settings(
    max_examples=10,
    phases=[Phase.reuse, Phase.generate],  # a smaller leak is no clearer
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one house for all examples
)


@pytest.fixture
def carriers(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Everywhere]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with everywhere(OutboxMailer(tmp_path / "outbox", post.clock), post.clock) as opened:
        yield opened


@pytest.fixture
def runner(post: Post, carriers: Everywhere) -> Runner:
    """Ada and Ben have accounts; Ben wants to be told by mail and by text."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    post.join(BENS_ADDRESS, "Ben Desk")
    ben, portal, at = post.who(BENS_ADDRESS), post.house.portal, post.clock()
    code_id = portal.new_id()
    portal.proving.request_code(
        user_id=ben, code_id=code_id, channel=Channel.TEXT, phone=PHONE, at=at
    )
    code = portal.proving.codes.digits(code_id, at=at)
    assert code is not None
    portal.proving.give_code(user_id=ben, code=code, at=at)
    portal.settling.choose_notices(user_id=ben, notices=NoticesBy.EMAIL_AND_TEXT, at=at)
    post.house.projections.catch_up()
    post.passed_over()
    desk = post.runner.desk
    return runner_over(post.stores.log, post.stores.pool, desk, carriers, carriers, rates=PACE)


def fragments(*texts: str) -> set[str]:
    """Return every four characters in a row that are not blank."""
    words = [word for text in texts for word in text.split()]
    return {word[spot : spot + 4] for word in words for spot in range(len(word) - 3)}


@dataclass(frozen=True, slots=True)
class Secret:
    """What somebody writes to somebody."""

    subject: str
    body: str
    file_name: str


Tell = Callable[[Secret], tuple[set[str], dict[str, str]]]
SECRETS = st.builds(Secret, SUBJECTS, BODIES, WORDS.map("{}.pdf".format))


def send(post: Post, to: str, role: RecipientRole | None, secret: Secret) -> None:
    """Let Ada send a message with a file."""
    portal, ada, at = post.house.portal, post.who(ADAS_ADDRESS), post.clock()
    file_id, data = portal.new_id(), pdf()
    portal.uploads.begin(
        file_id,
        owner_id=ada,
        account_id=ada,
        form_id=portal.new_id(),
        name=secret.file_name,
        length=len(data),
        at_most=len(data),
        at=at,
    )
    with portal.uploads.receiving(file_id, owner_id=ada, offset=0) as receiving:
        receiving.write(data)
    portal.corresponding.send(
        message_id=portal.new_id(),
        sender_id=ada,
        to=to,
        role=role,
        subject=secret.subject,
        body=secret.body,
        attachment_ids=[file_id],
        at=at,
    )
    post.house.projections.catch_up()


def recall_and_reply(post: Post, body: str) -> None:
    """Let Ben answer the newest message, and Ada take it back, with what nobody may read."""
    portal, at = post.house.portal, post.clock()
    newest = message_of(post)
    portal.corresponding.reply(
        message_id=portal.new_id(),
        sender_id=post.who(BENS_ADDRESS),
        to_message_id=newest,
        body=body,
        at=at,
    )
    ada = post.who(ADAS_ADDRESS)
    portal.ending.recall(message_ids=[newest], reason=body[:100], by=ada, at=at)
    post.house.projections.catch_up()


def live(post: Post, runner: Runner, secret: Secret) -> None:
    """Let everything happen to messages of these words, and tell of it at once."""
    stranger = f"person-{next(NUMBERS)}@people.example"
    send(post, stranger, RecipientRole.PATIENT, secret)
    send(post, BENS_ADDRESS, None, secret)
    runner.work_off()
    recall_and_reply(post, secret.body)
    send(post, BENS_ADDRESS, None, secret)
    runner.work_off()
    post.clock.forward(days=2, hours=12)
    sweep(post)
    runner.work_off()
    ends_in(post, hours=73)
    post.clock.forward(hours=2)
    sweep(post)
    runner.work_off()


def rows(post: Post) -> str:
    """Return every row of every table of the notifier."""
    with post.stores.pool.connection() as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = 'notices'"
        ).fetchall()
        found = [
            connection.execute(f"SELECT row_to_json(t)::text FROM {name} t").fetchall()  # type: ignore[arg-type] # noqa: S608 - our own tables
            for (name,) in tables
        ]
    return "\n".join(row[0] for table in found for row in table)


@pytest.fixture
def tell(
    post: Post, runner: Runner, carriers: Everywhere, caplog: pytest.LogCaptureFixture
) -> Tell:
    """Live through one secret; return the occasions and all that can be seen of it by then."""

    def told(secret: Secret) -> tuple[set[str], dict[str, str]]:
        before = {row["notice_id"] for row in post.owed()}
        carriers.forget()
        caplog.clear()
        with caplog.at_level(logging.DEBUG):
            live(post, runner, secret)
        new = {row["occasion"] for row in post.owed() if row["notice_id"] not in before}
        return new, {**carriers.arrived(), "rows": rows(post), "log": caplog.text}

    return told


@ONE_HOUSE
@given(secret=SECRETS)
def test_no_fragment_of_a_message_is_in_any_notice_row_or_log(tell: Tell, secret: Secret):
    occasions, seen = tell(secret)
    leaks = fragments(secret.subject, secret.body, secret.file_name.removesuffix(".pdf"))
    assert occasions >= TOLD
    assert {place for place, what in seen.items() if len(what) < 100} == set()
    assert {place for place, what in seen.items() if GREEK & set(what)} == set()
    assert {place for place, what in seen.items() if any(one in what for one in leaks)} == set()
