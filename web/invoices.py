"""Invoices: what I paid, item by item, and each of them on paper."""

from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from domain.invoice import Invoice
from domain.purchase import NoSuchPurchase
from projections.payments import PaidItem
from web.access import Permission, person, requires
from web.people import Face, face_of, faces
from web.portal import portal

invoices = Blueprint("invoices", __name__)


@invoices.get("/invoices/<uuid:purchase_id>.pdf")
@requires(Permission.BUYER)
def print_one(purchase_id: UUID) -> ResponseReturnValue:
    """Return one of my invoices as a PDF."""
    item = portal().payments.item(purchase_id)
    if item is None or item.paid_at is None or item.buyer_id != person().user_id:
        raise NoSuchPurchase
    invoice = invoice_of(item, face_of(person()), faces([item.user_id]))
    return Response(
        portal().invoice_printer.print(invoice),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="invoice-{invoice.number}.pdf"'},
    )


def invoices_of(buyer_id: UUID) -> list[Invoice]:
    """Return everything that who is signed in has paid, newest first."""
    items = portal().payments.paid_by(buyer_id)
    known = faces({one.user_id for one in items})
    return [invoice_of(one, face_of(person()), known) for one in items]


def invoice_of(item: PaidItem, buyer: Face, known: dict[UUID, Face]) -> Invoice:
    """Return the invoice of a purchase that is paid."""
    beneficiary = known.get(item.user_id) if item.user_id != item.buyer_id else None
    assert item.paid_at is not None  # noqa: S101 - asked for by whoever calls
    return Invoice(
        invoice_id=item.purchase_id,
        description=item.description,
        price=item.price,
        paid_at=item.paid_at,
        refunded=item.refunded,
        buyer_name=buyer.name,
        practice_name=buyer.person.practice_name,
        beneficiary_name=beneficiary.name if beneficiary else None,
    )
