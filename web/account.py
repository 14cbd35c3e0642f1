"""My account: who I am here, what I may do, what I paid."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from domain.ports import place_of
from web.access import Permission, entitlement, person, requires
from web.portal import portal

account = Blueprint("account", __name__)


@account.get("/account")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show my own data."""
    who = person()
    sealed = who.cell_phone
    phone = (
        portal().vault.open(sealed, place_of(sealed, who.user_id, "cell_phone")) if sealed else None
    )
    return render_template(
        "account.html",
        cell_phone=phone,
        entitlement=entitlement(),
        purchases=portal().entitlements.paid_purchases(who.user_id),
    )
