"""Who pays by card: which card is charged, and when its end is announced."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import CASHIER
from domain.billing import SavedCard
from domain.payer import NoSavedCard, NoSuchCardPage, Payer, expires_at, payer, payer_of
from tests.domain.people import BEN, MOMENT, NOW
from tests.domain.purchases import CARD, card_saved, registered_payer
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

UPDATE = UUID("00000000-0000-0000-0000-00000000ee01")
EXPIRES = datetime(2031, 5, 1, tzinfo=UTC)
ANNOUNCED_FROM = EXPIRES - timedelta(days=31)
PAGE_OPENED = fact(
    Payer.CardPageOpened, payer_of(BEN), by=BEN, at=NOW, update_id=UPDATE, session_id="cs_1"
)


def announced(at: datetime) -> Fact:
    facts = {"user_id": BEN, "expires_year": 2031, "expires_month": 4}
    return fact(Payer.CardExpiryAnnounced, payer_of(BEN), by=CASHIER, at=at, **facts)


def tell(rules: Rules, command: Callable[[Payer], None]) -> Callable[[], None]:
    def told() -> None:
        known = payer(rules.log, BEN, at=NOW)
        command(known)
        rules.log.save(known)

    return told


def test_who_pays_for_the_first_time_is_known_from_then_on(rules: Rules) -> None:
    save = tell(rules, lambda it: it.save_card(CARD, at=NOW))
    rules.when(save).then(registered_payer(), card_saved())
    rules.when(save).then()
    assert payer(rules.log, BEN, at=NOW).require_card() == CARD


def test_another_card_replaces_the_first(rules: Rules) -> None:
    other = SavedCard(CARD.customer, "pm_other", 2033, 1)
    rules.given(registered_payer(), card_saved())
    rules.when(tell(rules, lambda it: it.save_card(other, at=NOW))).then(card_saved(other))
    assert payer(rules.log, BEN, at=NOW).card == other


def test_who_has_no_card_is_charged_on_none(rules: Rules) -> None:
    with pytest.raises(NoSavedCard):
        payer(rules.log, BEN, at=NOW).require_card()


def test_a_card_page_is_recorded_once_and_over_once(rules: Rules) -> None:
    rules.given(registered_payer(), card_saved())
    open_page = tell(rules, lambda it: it.open_card_page(UPDATE, session_id="cs_1", at=NOW))
    rules.when(open_page).then(PAGE_OPENED)
    rules.when(open_page).then()
    known = payer(rules.log, BEN, at=NOW)
    assert (known.session_of(UPDATE), known.update_at("cs_1")) == ("cs_1", UPDATE)
    close = tell(rules, lambda it: it.close_card_page(UPDATE, card_left=True, at=NOW))
    [closed] = rules.when(close).appended
    told = {"update_id": UPDATE, "user_id": BEN, "card_left": True}
    assert (closed.event, closed.payload) == (Payer.CardPageClosed, told)
    rules.when(close).then()


def test_nobody_learns_of_a_card_page_that_is_not_hers(rules: Rules) -> None:
    known = payer(rules.given(registered_payer(), PAGE_OPENED).log, BEN, at=NOW)
    with pytest.raises(NoSuchCardPage):
        known.session_of(BEN)
    with pytest.raises(NoSuchCardPage):
        known.update_at("cs_2")


@pytest.mark.parametrize(("month", "end"), [(4, EXPIRES), (12, datetime(2032, 1, 1, tzinfo=UTC))])
def test_a_card_is_good_until_the_end_of_its_month(month: int, end: datetime) -> None:
    assert expires_at(SavedCard("cus_1", "pm_1", 2031, month)) == end


def test_the_end_of_a_card_is_announced_a_month_before_and_once(rules: Rules) -> None:
    rules.given(registered_payer(), card_saved())
    early = tell(rules, lambda it: it.announce_expiry(at=ANNOUNCED_FROM - MOMENT))
    rules.when(early).then()
    announce = tell(rules, lambda it: it.announce_expiry(at=ANNOUNCED_FROM))
    rules.when(announce).then(announced(ANNOUNCED_FROM))
    rules.when(announce).then()


def test_the_end_of_the_next_card_is_announced_as_well(rules: Rules) -> None:
    rules.given(registered_payer(), card_saved(), announced(ANNOUNCED_FROM))
    rules.given(card_saved(SavedCard(CARD.customer, "pm_other", 2031, 5)))
    late = EXPIRES + timedelta(days=5)
    outcome = rules.when(tell(rules, lambda it: it.announce_expiry(at=late)))
    assert [told.payload["expires_month"] for told in outcome.appended] == [5]


def test_without_a_card_there_is_no_end_to_announce(rules: Rules) -> None:
    rules.given(registered_payer())
    rules.when(tell(rules, lambda it: it.announce_expiry(at=EXPIRES))).then()


def test_a_list_of_invoices_is_asked_for_as_often_as_one_likes(rules: Rules) -> None:
    rules.given(registered_payer())
    ask = tell(rules, lambda it: it.request_summary(at=NOW))
    asked = fact(Payer.InvoiceSummaryRequested, payer_of(BEN), by=BEN, at=NOW, user_id=BEN)
    rules.when(ask).then(asked)
    rules.when(ask).then(asked)
