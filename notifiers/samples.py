"""What the samples of notices are about: whom each occasion tells what, and how it stands then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.billing import Decline
from domain.notification import Channel
from domain.purchase_life import PurchaseState
from domain.subscription import subscription_of
from domain.subscription_life import SubscriptionState
from notifiers import (
    bought_for_you,
    card_changed,
    card_expiry,
    email_changed,
    email_confirmation,
    expiry,
    invitation_reminder,
    invoice_summary,
    lapsed,
    lapsed_colleague,
    new_device,
    new_message,
    password_changed,
    phone_changed,
    phone_code,
    practice_security,
    price_change,
    recall,
    receipt,
    refund,
    refund_owed,
    registration,
    renewal_cancelled,
    renewal_trouble,
    reply_refused,
    set_password,
    unread_nudge,
)
from notifiers.fictional import (
    ADA,
    BEN,
    CARLA,
    DAN,
    EVA,
    FINN,
    GRETA,
    MESSAGE,
    PURCHASE,
    TERM,
)

Facts = Callable[[datetime], Mapping[str, str]]

OF_MESSAGE = {"message": str(MESSAGE), "sender": str(ADA)}
OF_PURCHASE = {"purchase": str(PURCHASE), "amount": "1000", "currency": "usd"}
OF_SUBSCRIPTION = {"subscription": str(subscription_of(BEN)), "user": str(BEN)}


def just(**facts: str) -> Facts:
    """Return facts in which there is no time."""
    return lambda _: facts


NO_FACTS = just()
CODE = just(code_id=str(MESSAGE))
POLICY = just(by=str(ADA), colleagues="yes", patients="yes")
ADDRESS = just(version="1")


@dataclass(frozen=True, slots=True)
class Sample:
    """One notice that there could be, and in which states the payment and the tier are then."""

    name: str
    title: str
    occasion: str
    recipient_id: UUID
    facts: Facts = NO_FACTS
    payment: PurchaseState = PurchaseState.PAID
    tier: SubscriptionState = SubscriptionState.RUNNING
    channel: Channel = Channel.EMAIL


def ends_soon(now: datetime) -> Mapping[str, str]:
    """Return the facts of a message that ends in three days."""
    return {**OF_MESSAGE, "ends_at": (now + timedelta(days=3)).isoformat()}


def paid_term(now: datetime) -> Mapping[str, str]:
    """Return the facts of a term that begins now."""
    times = {"paid_at": now, "starts_at": now, "ends_at": now + TERM}
    return {**OF_PURCHASE, **{name: time.isoformat() for name, time in times.items()}}


def next_term(now: datetime) -> Mapping[str, str]:
    """Return the facts of a term that begins when the one of today ends."""
    price = {"amount": "1000", "currency": "usd"}
    return {**OF_SUBSCRIPTION, **price, "ends_at": (now + TERM).isoformat(), "by": "payer"}


def refused(now: datetime) -> Mapping[str, str]:
    """Return the facts of a card that was refused for the first time."""
    grace_ends_at = (now + timedelta(days=7)).isoformat()
    decline = {"decline": Decline.DECLINED.value, "day": "0"}
    return {**OF_PURCHASE, **decline, "grace_ends_at": grace_ends_at}


def next_month(now: datetime) -> Mapping[str, str]:
    """Return the facts of a card that expires a month from now."""
    then = now + TERM
    return {"year": str(then.year), "month": str(then.month)}


SAMPLES = (
    Sample("doctor-here", "A doctor joins the practice", registration.OCCASION, DAN),
    Sample("staff-here", "Staff join the practice", registration.OCCASION, EVA),
    Sample("doctor-elsewhere", "A doctor of another practice", registration.OCCASION, FINN),
    Sample("patient", "A patient is invited", registration.OCCASION, CARLA),
    Sample("by-support", "Support opens an account", registration.OCCASION, GRETA),
    Sample(
        "invitation-reminder",
        "Nobody has answered an invitation",
        invitation_reminder.OCCASION,
        CARLA,
        just(day="3"),
    ),
    Sample(
        "final",
        "The final mail of a registration",
        set_password.OCCASION,
        BEN,
        just(reason="registered"),
    ),
    Sample("reset", "A forgotten password", set_password.OCCASION, BEN, just(reason="reset")),
    Sample("code-by-text", "A code by text", phone_code.OCCASION, BEN, CODE, channel=Channel.TEXT),
    Sample("code-by-call", "A code by call", phone_code.OCCASION, BEN, CODE, channel=Channel.CALL),
    Sample("phone-changed", "Another cell phone", phone_changed.OCCASION, BEN),
    Sample("email-confirmation", "A new address", email_confirmation.OCCASION, BEN, ADDRESS),
    Sample("email-changed", "The address before", email_changed.OCCASION, BEN, ADDRESS),
    Sample("new-device", "A sign-in elsewhere", new_device.OCCASION, BEN),
    Sample("password-changed", "Another password", password_changed.OCCASION, BEN),
    Sample("two-step-policy", "Who proves a phone", practice_security.OCCASION, BEN, POLICY),
    Sample("appointed", "A user manager", practice_security.OCCASION, BEN, just(by=str(ADA))),
    Sample("new-message", "A message waits", new_message.OCCASION, BEN, just(**OF_MESSAGE)),
    Sample("unread-nudge", "A message lies unread", unread_nudge.OCCASION, BEN, just(**OF_MESSAGE)),
    Sample("recall", "A message was taken back", recall.OCCASION, BEN, just(**OF_MESSAGE)),
    Sample("expiry", "A message ends soon", expiry.OCCASION, BEN, ends_soon),
    Sample("reply-refused", "A reply by e-mail", reply_refused.OCCASION, BEN),
    Sample("receipt", "A receipt", receipt.OCCASION, ADA, paid_term),
    Sample(
        "bought-for-you",
        "A colleague has paid",
        bought_for_you.OCCASION,
        BEN,
        just(**OF_PURCHASE),
    ),
    Sample(
        "refund-owed",
        "A payment that was not needed",
        refund_owed.OCCASION,
        ADA,
        just(**OF_PURCHASE),
        payment=PurchaseState.REFUND_OWED,
    ),
    Sample(
        "refund",
        "Money went back",
        refund.OCCASION,
        ADA,
        just(**OF_PURCHASE, refunded="1000", all="yes"),
        payment=PurchaseState.REFUNDED,
    ),
    Sample(
        "renewal-trouble",
        "A card was refused",
        renewal_trouble.OCCASION,
        ADA,
        refused,
        payment=PurchaseState.FAILED,
        tier=SubscriptionState.PAST_DUE,
    ),
    Sample(
        "renewal-cancelled",
        "A renewal was cancelled",
        renewal_cancelled.OCCASION,
        ADA,
        next_term,
        tier=SubscriptionState.ENDING,
    ),
    Sample(
        "lapsed",
        "The paid version is over",
        lapsed.OCCASION,
        BEN,
        tier=SubscriptionState.FREE,
    ),
    Sample(
        "lapsed-colleague",
        "The paid version of a colleague is over",
        lapsed_colleague.OCCASION,
        ADA,
        just(**OF_SUBSCRIPTION),
        tier=SubscriptionState.FREE,
    ),
    Sample("price-change", "The price changes", price_change.OCCASION, ADA, next_term),
    Sample("card-expiry", "A card expires", card_expiry.OCCASION, ADA, next_month),
    Sample("card-changed", "Another card is charged", card_changed.OCCASION, ADA),
    Sample("invoice-summary", "The list of invoices", invoice_summary.OCCASION, ADA),
)
