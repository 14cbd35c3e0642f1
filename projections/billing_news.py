"""What the card vendor reported, what is sold, and what comparing with the vendor came to.

Part of the read model `projections/billing.py`.
"""

from collections.abc import Iterable, Mapping

from domain.payment_report import PaymentReport
from domain.plan import MONTHLY
from domain.plan_catalogue import PlanCatalogue
from domain.reconciliation import Reconciliation
from projections.change import Amend, Change, Ensure, Insert
from projections.projection import Event, Handler


def reported(event: PaymentReport.PaymentReported, _: int) -> Iterable[Change]:
    """Return a piece of news."""
    values = {
        "kind": event.kind,
        "reported_at": event.reported_at,
        "received_at": event.timestamp,
        "outcome": None,
    }
    yield Insert("report", {"id": event.originator_id}, values)


def worked_off(event: PaymentReport.ReportWorkedOff, _: int) -> Iterable[Change]:
    """Return what became of it."""
    yield Amend("report", {"id": event.originator_id}, {"outcome": event.outcome})


def opened(_event: PlanCatalogue.CatalogueOpened, _: int) -> Iterable[Change]:
    """Return the plan that the house sells until somebody changes that."""
    terms = {key: value for key, value in MONTHLY.as_facts().items() if key != "plan"}
    yield Ensure("plan", {"plan": MONTHLY.name}, {**terms, "is_sold": True})


def offered(event: PlanCatalogue.PlanOffered, _: int) -> Iterable[Change]:
    """Return a plan as it is sold now."""
    key = {"plan": event.plan}
    values = {
        "months": event.months,
        "amount": event.amount,
        "currency": event.currency,
        "is_sold": True,
    }
    yield Ensure("plan", key, values)
    yield Amend("plan", key, values)


def not_sold(event: PlanCatalogue.PlanWithdrawn, _: int) -> Iterable[Change]:
    """Return that a plan is not sold any more."""
    yield Amend("plan", {"plan": event.plan}, {"is_sold": False})


def compared(event: Reconciliation.RunFinished, position: int) -> Iterable[Change]:
    """Return what a comparison came to."""
    yield Insert(
        "reconciliation",
        {"position": position},
        {
            "ran_at": event.timestamp,
            "since": event.since,
            "reports": event.reports,
            "charges": event.charges,
            "missed_reports": event.missed_reports,
            "repaired": event.repaired,
        },
    )


def differs(event: Reconciliation.DifferenceFound, position: int) -> Iterable[Change]:
    """Return what does not fit."""
    yield Insert(
        "difference",
        {"position": position},
        {
            "found_at": event.timestamp,
            "kind": event.kind,
            "reference": event.reference,
            "purchase_id": event.purchase_id,
        },
    )


NEWS: Mapping[type[Event], Handler] = {
    PaymentReport.PaymentReported: reported,
    PaymentReport.ReportWorkedOff: worked_off,
    PlanCatalogue.CatalogueOpened: opened,
    PlanCatalogue.PlanOffered: offered,
    PlanCatalogue.PlanWithdrawn: not_sold,
    Reconciliation.RunFinished: compared,
    Reconciliation.DifferenceFound: differs,
}
