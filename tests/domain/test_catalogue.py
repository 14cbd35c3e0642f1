"""The list of every event, and what each would tell a thief of the log."""

from datetime import datetime
from uuid import UUID

import pytest

from domain.aggregate import Aggregate
from domain.catalogue import (
    AGGREGATES,
    EVENTS,
    PersonalData,
    events_of,
    payload_of,
    personal_data_of,
)
from domain.message import Message
from domain.plan_catalogue import PlanCatalogue
from domain.ports import Sealed
from domain.practice import Practice
from domain.user import User

SEALED_EVENTS = {
    "user.invited",
    "user.invitation-amended",
    "user.registration-completed",
    "message.sent",
    "message.recalled",
    "attachment.attached",
    "legal-holds.placed",
    "legal-holds.lifted",
    "phone-proof.phone-given",
    "user.email-change-requested",
    "user.email-changed",
    "phone-proof.phone-changed",
}

WORDS_IN_CLEAR = {
    ("practice.registered", "name"),
    ("user.invited", "kind"),
    ("user.registration-completed", "terms"),
    ("message.content-destroyed", "because"),
    ("attachment.attached", "kind"),
    ("attachment.attached", "digest"),
    ("legal-holds.register-opened", "subject"),
    ("user.tier-end-changed", "cause"),
    *(("plan-catalogue.plan-offered", word) for word in ("plan", "currency")),
    ("plan-catalogue.plan-withdrawn", "plan"),
    *(("purchase.started", word) for word in ("plan", "currency")),
    ("purchase.checkout-opened", "session_id"),
    *(("purchase.charge-started", word) for word in ("plan", "currency")),
    *(("purchase.charge-requested", word) for word in ("customer", "method")),
    *(("purchase.payment-failed", word) for word in ("reference", "decline")),
    *(("purchase.payment-confirmed", word) for word in ("currency", "reference")),
    *(("subscription.term-paid", word) for word in ("plan", "currency")),
    ("subscription.renewal-price-announced", "currency"),
    ("subscription.renewal-failed", "decline"),
    *(("payer.card-saved", word) for word in ("customer", "method")),
    ("payer.card-page-opened", "session_id"),
    *(("payment-report.received", word) for word in ("report_id", "kind")),
    *(("payment-report.received", word) for word in ("session_id", "reference")),
    ("payment-report.worked-off", "outcome"),
    ("reconciliation.day-opened", "day"),
    *(("reconciliation.difference-found", word) for word in ("kind", "reference")),
    ("profile.notices-chosen", "notices"),
    ("profile.time-zone-chosen", "time_zone"),
    ("phone-proof.code-requested", "channel"),
    ("mailbox.mail-came-back", "status"),
    *(("notification.owed", word) for word in ("occasion", "channel")),
    ("notification.deferred", "cause"),
    *(("notification.accepted", word) for word in ("carrier", "reference")),
    *(("notification.bounced", word) for word in ("outcome", "status", "fate")),
    ("notification.delivered", "fate"),
    ("notification.abandoned", "cause"),
}


def test_events_are_listed_in_the_order_in_which_their_file_tells_them() -> None:
    assert events_of(PlanCatalogue) == (
        PlanCatalogue.CatalogueOpened,
        PlanCatalogue.PlanOffered,
        PlanCatalogue.PlanWithdrawn,
    )


def test_every_event_has_a_topic_of_its_own_under_its_aggregates() -> None:
    topics = [
        (str(vars(kind)["TOPIC"]), str(vars(event)["TOPIC"]).partition(".")[0])
        for kind in AGGREGATES
        for event in events_of(kind)
    ]
    assert len(EVENTS) == len(topics)
    assert [aggregate for aggregate, _ in topics] == [prefix for _, prefix in topics]


def test_the_payload_is_what_an_event_adds_to_actor_time_and_place() -> None:
    assert payload_of(User.TierPurchased) == {"purchase_id": UUID, "until": datetime}
    assert payload_of(Practice.PracticeRegistered) == {"name": str}
    assert payload_of(User.SignedIn) == {}


def test_events_with_a_sealed_value_are_sealed_and_all_others_are_pseudonymous() -> None:
    classes = {topic: personal_data_of(event) for topic, event in EVENTS.items()}
    assert classes == dict.fromkeys(EVENTS, PersonalData.PSEUDONYMOUS) | dict.fromkeys(
        SEALED_EVENTS, PersonalData.SEALED
    )


def test_a_value_that_may_be_missing_is_sealed_all_the_same() -> None:
    assert payload_of(User.UserInvited)["full_name"] == Sealed | None
    assert payload_of(Message.MessageSent)["body"] is Sealed


def test_the_only_words_in_clear_are_these() -> None:
    words = {
        (topic, name)
        for topic, event in EVENTS.items()
        for name, kind in payload_of(event).items()
        if kind in (str, str | None)
    }
    assert words == WORDS_IN_CLEAR


def test_every_field_is_an_identifier_a_time_a_size_a_word_or_sealed() -> None:
    kinds = {kind for event in EVENTS.values() for kind in payload_of(event).values()}
    assert kinds == {
        *(UUID, UUID | None, list[UUID], datetime, int, int | None, bool, str, str | None),
        *(Sealed, Sealed | None),
    }


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_every_event_can_be_found_by_its_topic(event: type[Aggregate.Event]) -> None:
    assert EVENTS[str(vars(event)["TOPIC"])] is event
