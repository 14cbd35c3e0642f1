"""What a shop asks of the stand-in by hand: card pages, cards that are kept, charges."""

from domain.billing import Checkout
from tests.adapters.stripe_world import FORM, GOOD_CARD

SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"
SHOP = {
    "line_items[0][price_data][product_data][name]": "SecureMail",
    "line_items[0][price_data][product_data][description]": "One month",
    "customer_creation": "always",
    "payment_intent_data[setup_future_usage]": "off_session",
    "success_url": "http://shop.example/paid?session={CHECKOUT_SESSION_ID}",
}
"""What makes a card page one of ours: the card is kept for later."""
SAVING = {
    "mode": "setup",
    "currency": "usd",
    "success_url": "http://shop.example/saved",
    "cancel_url": "http://shop.example/inbox",
}


def posts(world, path: str, form: dict[str, str], key: str | None = None):
    """Send a call with fields."""
    headers = {"Idempotency-Key": key} if key else {}
    return world.asks("POST", path, data=form, headers=headers)


def error_of(reply) -> dict:
    return reply.json()["error"]


def looked_up(world, path: str) -> dict:
    """Look something up that is there."""
    reply = world.asks("GET", path)
    assert reply.status_code == 200, reply.text
    return reply.json()


def page_to_pay(world, **changed: str) -> Checkout:
    """Open a card page on which somebody pays."""
    session = posts(world, SESSIONS, FORM | SHOP | changed).json()
    return Checkout(session["id"], session["url"])


def page_to_save(world, **changed: str) -> Checkout:
    """Open a card page on which somebody only leaves a card."""
    session = posts(world, SESSIONS, SAVING | changed).json()
    return Checkout(session["id"], session["url"])


def session_of(world, checkout: Checkout, expand: str | None = None) -> dict:
    """Look a card page up."""
    query = f"?expand[]={expand}" if expand else ""
    return looked_up(world, f"{SESSIONS}/{checkout.session_id}{query}")


def is_paid(world, checkout: Checkout) -> bool:
    return session_of(world, checkout)["payment_status"] == "paid"


def accepts(world, checkout: Checkout, card: str) -> None:
    """Type in a card that is accepted, and confirm it if its bank asks."""
    reply = world.submits(checkout, card)
    assert reply.status_code == 303, reply.text
    if reply.headers["Location"].endswith("/3ds"):
        reply = world.posts(world.url + reply.headers["Location"], {"outcome": "complete"})
        assert reply.status_code == 303, reply.text


def paid(world, card: str = GOOD_CARD) -> dict:
    """Pay for something on a card page; return the PaymentIntent."""
    checkout = page_to_pay(world)
    accepts(world, checkout, card)
    return session_of(world, checkout, "payment_intent")["payment_intent"]


def kept_card(world, card: str = GOOD_CARD) -> dict[str, str]:
    """Leave a card that is kept; return the fields with which it is charged."""
    checkout = page_to_save(world, customer_creation="always")
    accepts(world, checkout, card)
    setup = session_of(world, checkout, "setup_intent")["setup_intent"]
    return {"customer": setup["customer"], "payment_method": setup["payment_method"]}


def charges(world, kept: dict[str, str], key: str | None = None, **changed: str):
    """Charge a card that was kept, while its holder is away."""
    form = {"amount": "1000", "currency": "usd", "confirm": "true", "off_session": "true"}
    return posts(world, INTENTS, form | kept | changed, key)


def confirms(world, intent_id: str, kept: dict[str, str], **changed: str):
    """Try a PaymentIntent again, with the holder there if she has somewhere to go back to."""
    away = {} if "return_url" in changed else {"off_session": "true"}
    form = {"payment_method": kept["payment_method"], **away, **changed}
    return posts(world, f"{INTENTS}/{intent_id}/confirm", form)


def kinds(world) -> list[str]:
    """Return what happened so far, the oldest first."""
    return [each["type"] for each in world.events()]
