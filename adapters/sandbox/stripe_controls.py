"""Controls for whoever runs the stand-in: bad days, and what a bank decides about a dispute.

Another process uses them with the secret key. A refund in Stripe's dashboard needs no control: it
is the call itself (`POST /v1/refunds`).
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from adapters.sandbox.stripe_desks import Desks
from adapters.sandbox.stripe_disputes import Judgement
from adapters.sandbox.stripe_faults import BadCall, BadWebhook
from adapters.sandbox.stripe_store import StripeStore


class Controls:
    """The controls; JSON in, nothing out."""

    def __init__(
        self,
        check_key: Callable[[], None],
        store: StripeStore,
        desks: Desks,
        wake: Callable[[], None],
    ) -> None:
        self._check_key, self._store, self._desks, self._wake = check_key, store, desks, wake

    def blueprint(self) -> Blueprint:
        """Return the controls with their paths."""
        controls = Blueprint("stripe_controls", __name__, url_prefix="/sandbox")
        controls.before_request(self._check_key)
        for view in (self.faults, self.disputes):
            rule = f"/{view.__name__}"
            controls.add_url_rule(rule, view.__name__, view, methods=["POST"])
        return controls

    def faults(self) -> Response:
        """Let a coming call, or a coming webhook, go wrong."""
        faults = self._desks.vendor.faults
        try:
            order = dict(request.get_json())
            if "call" in order:
                faults.order_call(BadCall(order.pop("call")), **order)
            else:
                faults.order_webhook(BadWebhook(order.pop("webhook")), **order)
        except (KeyError, TypeError, ValueError):
            raise BadRequest from None
        return Response(status=204)

    def disputes(self) -> Response:
        """Open a dispute about a payment, or settle it: `payment_intent` and `outcome`."""
        try:
            order = dict(request.get_json())
            intent_id, judgement = str(order["payment_intent"]), Judgement(order["outcome"])
        except (KeyError, TypeError, ValueError):
            raise BadRequest from None
        with self._store.transaction() as books:
            self._desks.disputes.judge(books, intent_id, judgement)
        self._wake()
        return Response(status=204)
