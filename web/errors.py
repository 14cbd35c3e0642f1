"""What a person sees when something is refused or fails: one table from refusal to answer."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from domain.message import MessageHasEnded, NoSuchMessage
from domain.ports import (
    BillingIsUnavailable,
    LinkIsNotValid,
    LinkWasUsed,
    SealIsBroken,
    WebhookIsNotGenuine,
)
from domain.purchase import NoSuchPurchase, PaymentDiffers
from domain.refusal import Refusal
from domain.user import AlreadyRegistered, InvitationHasExpired, PatientsAreNeverCharged

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with the words of its page."""

    status: HTTPStatus
    title: str
    text: str


NOT_FOUND = Answer(
    HTTPStatus.NOT_FOUND,
    "There is nothing here",
    "The page does not exist, or it is not yours to see.",
)
LINK_IS_NOT_VALID = Answer(
    HTTPStatus.NOT_FOUND,
    "This link is not valid",
    "It may be incomplete or too old. Open the newest mail again, or ask for a new one.",
)
LINK_WAS_USED = Answer(
    HTTPStatus.GONE,
    "This link was used already",
    "It did its work. If you have set your password, sign in; if not, look for the newest mail, "
    'or choose "Forgot Password".',
)
UNFORESEEN = Answer(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side",
    "Nothing of yours is lost. Please try again in a moment.",
)

ANSWERS: dict[type[Refusal], Answer] = {
    NoSuchMessage: NOT_FOUND,
    NoSuchPurchase: NOT_FOUND,
    PatientsAreNeverCharged: NOT_FOUND,
    MessageHasEnded: Answer(
        HTTPStatus.GONE,
        "This message has ended",
        "Its time is over, and its content is closed to everybody.",
    ),
    LinkIsNotValid: LINK_IS_NOT_VALID,
    LinkWasUsed: LINK_WAS_USED,
    AlreadyRegistered: LINK_WAS_USED,
    InvitationHasExpired: Answer(
        HTTPStatus.GONE,
        "This invitation has expired",
        "Please ask the person who invited you to invite you again.",
    ),
    SealIsBroken: Answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "This cannot be opened",
        "The content is closed or was damaged. Please tell support.",
    ),
    BillingIsUnavailable: Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The card page cannot be reached",
        "Nothing was charged. Please try again in a few minutes.",
    ),
    PaymentDiffers: Answer(
        HTTPStatus.CONFLICT,
        "The payment does not fit the purchase",
        "Please contact support; they can see what happened.",
    ),
    WebhookIsNotGenuine: Answer(
        HTTPStatus.BAD_REQUEST, "Not accepted", "The signature does not fit what was sent."
    ),
}

HTTP_ANSWERS = {
    400: Answer(HTTPStatus.BAD_REQUEST, "That did not work", "The request was not understood."),
    404: NOT_FOUND,
    405: Answer(HTTPStatus.METHOD_NOT_ALLOWED, "That did not work", "Please use the page's form."),
    413: Answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "That is too much at once",
        "A message may have up to 100,000 characters.",
    ),
}

FORM_IS_TOO_OLD = Answer(
    HTTPStatus.BAD_REQUEST,
    "This form has expired",
    "Nothing was changed. Please go back, reload the page and try again.",
)


def page(answer: Answer) -> ResponseReturnValue:
    """Return the page of an answer."""
    return render_template("error.html", answer=answer), answer.status


def on_refusal(refusal: Refusal) -> ResponseReturnValue:
    """Answer a refusal that no form shows at a field."""
    for kind in type(refusal).__mro__:
        if kind in ANSWERS:
            return page(ANSWERS[kind])
    return on_failure(refusal)


def on_http(error: HTTPException) -> ResponseReturnValue:
    """Answer what the framework refuses."""
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    return page(HTTP_ANSWERS.get(error.code or 500, HTTP_ANSWERS[400]))


def on_failure(error: Exception) -> ResponseReturnValue:
    """Answer what nobody foresaw; the log names the kind and the place, never a value."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    logger.error("unforeseen %s at %s", type(error).__name__, place)
    return render_template("failure.html", answer=UNFORESEEN), UNFORESEEN.status


def on_foreign_form(_: CSRFError) -> ResponseReturnValue:
    """Answer a form that is not from this session."""
    return page(FORM_IS_TOO_OLD)


def install(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(CSRFError, on_foreign_form)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_failure)
