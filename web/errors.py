"""What a person sees when something is refused or fails: one table from refusal to answer."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from eventsourcing.persistence import IntegrityError
from flask import Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from domain.attachment import AttachmentIsDamaged, NoSuchAttachment
from domain.billing import BillingIsUnavailable, WebhookIsNotGenuine
from domain.delivery_report import ReportIsMalformed, ReportIsNotGenuine
from domain.erasing import NoSuchPerson
from domain.invitation import AlreadyRegistered, InvitationHasExpired, InvitationWasWithdrawn
from domain.legal_hold import NoSuchHold
from domain.message import MessageHasEnded, NoSuchMessage
from domain.payer import NoSuchCardPage
from domain.ports import LinkIsNotValid, LinkWasUsed, SealIsBroken
from domain.practice import NotAUserManager
from domain.purchase import NoSuchPurchase, PaymentDiffers
from domain.refusal import Refusal
from domain.subscription import NoSuchSubscription
from domain.tier import PatientsAreNeverCharged
from domain.uploads import AttachmentsAreUnavailable
from web.access import Permission, permission_of
from web.people import PersonIsNotShownYet

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with the words of its page, and the page to which that leads."""

    status: HTTPStatus
    title: str
    text: str
    onward: str = "dashboard.start"
    onward_label: str = "To the start page"


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
    onward="signing_in.sign_in",
    onward_label="Sign In",
)
UNFORESEEN = Answer(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side",
    "Nothing of yours is lost. Please try again in a moment.",
)

ANSWERS: dict[type[Refusal], Answer] = {
    NoSuchMessage: NOT_FOUND,
    NoSuchAttachment: NOT_FOUND,
    NoSuchHold: NOT_FOUND,
    NoSuchPerson: NOT_FOUND,
    NotAUserManager: NOT_FOUND,
    NoSuchPurchase: NOT_FOUND,
    NoSuchSubscription: NOT_FOUND,
    NoSuchCardPage: NOT_FOUND,
    PatientsAreNeverCharged: NOT_FOUND,
    MessageHasEnded: Answer(
        HTTPStatus.GONE,
        "This message has ended",
        "Its time is over, and its content is closed to everybody.",
    ),
    PersonIsNotShownYet: Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "One moment, please",
        "Your invitation is being made ready. Please reload this page in a moment.",
    ),
    LinkIsNotValid: LINK_IS_NOT_VALID,
    LinkWasUsed: LINK_WAS_USED,
    AlreadyRegistered: LINK_WAS_USED,
    InvitationHasExpired: Answer(
        HTTPStatus.GONE,
        "This invitation has expired",
        "Please ask the person who invited you to write to you again: that opens it anew.",
    ),
    InvitationWasWithdrawn: Answer(
        HTTPStatus.GONE,
        "This invitation was withdrawn",
        "Who invited you has taken the invitation back, so there is nothing for you to do here. If "
        "you think that is a mistake, please ask them.",
    ),
    SealIsBroken: Answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "This cannot be opened",
        "The content is closed or was damaged. Please tell support.",
    ),
    AttachmentIsDamaged: Answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "This file is damaged",
        "What is stored is not what was sent, so none of it is handed out. Please tell support, "
        "and ask the sender to send it again.",
    ),
    AttachmentsAreUnavailable: Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Files cannot be reached just now",
        "Nothing is lost. Please try again in a few minutes.",
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
    ReportIsNotGenuine: Answer(
        HTTPStatus.BAD_REQUEST, "Not accepted", "The signature does not fit what was sent."
    ),
    ReportIsMalformed: Answer(
        HTTPStatus.BAD_REQUEST, "Not accepted", "The signature does not fit what was sent."
    ),
}

OVERTAKEN = Answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Please try again",
    "Too much happened at the same moment. Nothing was changed.",
)

HTTP_ANSWERS = {
    400: Answer(HTTPStatus.BAD_REQUEST, "That did not work", "The request was not understood."),
    404: NOT_FOUND,
    405: Answer(HTTPStatus.METHOD_NOT_ALLOWED, "That did not work", "Please use the page's form."),
    413: Answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "That is too much at once",
        "Nothing was changed. A message may have up to 100,000 characters.",
    ),
}

FORM_IS_TOO_OLD = Answer(
    HTTPStatus.BAD_REQUEST,
    "This form has expired",
    "Nothing was changed. Please go back, reload the page and try again.",
)


def page(answer: Answer, *, again: str | None = None) -> ResponseReturnValue:
    """Return the page of an answer; `again` is the path of the form to open again."""
    return render_template("error.html", answer=answer, again=again), answer.status


def on_refusal(refusal: Refusal) -> ResponseReturnValue:
    """Answer a refusal that no form shows at a field."""
    for kind in type(refusal).__mro__:
        if kind in ANSWERS:
            return page(ANSWERS[kind])
    return on_failure(refusal)


def on_http(error: HTTPException) -> ResponseReturnValue:
    """Answer what the framework refuses."""
    if isinstance(error, SecurityError):
        return Response("This is not the address of SecureMail.", HTTPStatus.BAD_REQUEST)
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    if (error.code or 500) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return plain_page(UNFORESEEN)
    answer = current_app.make_response(page(HTTP_ANSWERS.get(error.code or 400, HTTP_ANSWERS[400])))
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def on_failure(error: Exception) -> ResponseReturnValue:
    """Answer what nobody foresaw."""
    report(error)
    return plain_page(UNFORESEEN)


def plain_page(answer: Answer) -> ResponseReturnValue:
    """Return a page that asks nothing of anybody, so that it shows whatever is broken."""
    template = current_app.jinja_env.get_template("failure.html")
    return template.render(answer=answer), answer.status


def report(error: BaseException | None) -> None:
    """Tell the log the kind and the place of a failure, never a value."""
    trace = error.__traceback__ if error else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    logger.error("unforeseen %s at %s", type(error).__name__, place)


def on_foreign_form(_: CSRFError) -> ResponseReturnValue:
    """Answer a form that is not from this session; who is not signed in can open it again."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_open = permission_of(view) in (Permission.ANYONE, Permission.SANDBOX)
    return page(FORM_IS_TOO_OLD, again=request.path if is_open else None)


def install(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(IntegrityError, lambda _: page(OVERTAKEN))
    app.register_error_handler(CSRFError, on_foreign_form)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_failure)
