"""The commands `securemail plan` and `securemail billing`: what is sold, and whether money fits."""

from datetime import UTC, datetime, timedelta

import click

from domain.aggregate import CARD_PROCESSOR, CASHIER, OPERATOR
from domain.billing import BillingIsUnavailable, Price
from domain.plan import Plan
from domain.plan_catalogue import (
    LastPlan,
    NoSuchPlan,
    PlanHasAnotherLength,
    PlanIsUnusable,
    plans_of,
)
from domain.pricing import Pricing
from projections.entitlements import Entitlements, TierChange, able_during
from projections.payments import Payments
from projections.runner import Runner
from runtime import starting
from runtime.billing import Money, billing_of
from runtime.clock import now
from runtime.readiness import keyless_stores
from runtime.reconciler import Reconciler
from runtime.stores import inviting

SHOWN = 10
"""Comparisons and differences that `status` shows."""

SYSTEMS = {
    CARD_PROCESSOR: "the card processor",
    CASHIER: "the cashier",
    OPERATOR: "support",
}


@click.group()
def plan() -> None:
    """Say what is sold and what it costs; running terms keep their price."""


@plan.command("list")
def list_plans() -> None:
    """Show the plans that are sold."""
    with keyless_stores() as (_, opened):
        for one in plans_of(opened.log):
            months = "month" if one.months == 1 else f"{one.months} months"
            click.echo(f"{one.name:<20} {one.price} every {months}")


@plan.command()
@click.argument("name")
@click.option("--months", type=click.IntRange(1), required=True, help="Length of a term.")
@click.option("--amount", type=click.IntRange(1), required=True, help="In cents: 1000 is $10.00.")
@click.option("--currency", default="usd", show_default=True, help="ISO 4217, such as usd.")
def offer(name: str, months: int, amount: int, currency: str) -> None:
    """Sell a plan, or change its price for what is bought from now on.

    Who has the plan already is told ten days before her next term, which then costs the new price.
    """
    with keyless_stores() as (_, opened):
        try:
            Pricing(opened.log).offer(Plan(name, months, Price(amount, currency)), at=now())
        except PlanHasAnotherLength:
            raise click.ClickException(
                f"there is or was a plan {name} with other months; choose another name"
            ) from None
        except PlanIsUnusable:
            raise click.ClickException(
                "a plan has a name of up to 20 small letters, 1 to 36 months, at least 50 cents, "
                "and a currency such as usd, eur, gbp, chf or cad"
            ) from None
    click.echo(f"The plan {name} costs {Price(amount, currency)} from now on.")


@plan.command()
@click.argument("name")
def withdraw(name: str) -> None:
    """Sell a plan no more; who has it keeps it, and it renews at its price."""
    with keyless_stores() as (_, opened):
        try:
            Pricing(opened.log).withdraw(name, at=now())
        except NoSuchPlan:
            raise click.ClickException("no plan of that name is sold") from None
        except LastPlan:
            raise click.ClickException("it is the only plan; offer another one first") from None
    click.echo(f"The plan {name} is not sold any more.")


@click.group()
def billing() -> None:
    """Look after money: what waits, what did not fit, who could compose on a day."""


@billing.command()
def status() -> None:
    """Show how many purchases are in each state, and what comparing with the vendor came to."""
    with keyless_stores() as (_, opened):
        Runner(opened.log, opened.pool).catch_up()
        payments = Payments(opened.pool)
        for state, number in sorted(payments.waiting().items()):
            click.echo(f"{state:<20}{number:>8,}")
        click.echo("\ncompared with the card processor (the first of a day, and what repaired):")
        for run in payments.comparisons(SHOWN):
            click.echo(
                f"  {run.ran_at:%Y-%m-%d %H:%M}  {run.reports:,} reports, {run.charges:,} charges, "
                f"{run.missed_reports:,} missed, {run.repaired:,} repaired"
            )
        differences = payments.differences(SHOWN)
        click.echo(f"\ndid not fit; a person has to look:{'' if differences else ' nothing'}")
        for one in differences:
            click.echo(
                f"  {one.found_at:%Y-%m-%d %H:%M}  {one.kind}: {one.reference}, "
                f"purchase {one.purchase_id or 'unknown'}"
            )


@billing.command()
def reconcile() -> None:
    """Compare with the card processor now; it happens by itself every ten minutes."""
    with keyless_stores() as (settings, opened):
        Runner(opened.log, opened.pool).catch_up()
        vendor, _ = billing_of(settings)
        money, payments = Money.over(opened.log, vendor), Payments(opened.pool)
        try:
            found = Reconciler(money.reconciling, payments, now).compare()
        except BillingIsUnavailable as reason:
            raise click.ClickException(f"the card processor does not answer: {reason}") from None
    click.echo(
        f"{found.reports:,} reports and {found.charges:,} charges compared: "
        f"{found.missed_reports:,} missed, {found.repaired:,} repaired, "
        f"{len(found.differences):,} that do not fit"
    )
    for one in found.differences:
        click.echo(f"  {one.kind}: {one.reference}, purchase {one.purchase_id or 'unknown'}")


@billing.command()
@click.option("--email", required=True, help="Whose paid version is meant.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="A day (UTC) to ask about.")
def history(email: str, day: datetime | None) -> None:
    """Show which event made somebody able to compose, and until when."""
    with keyless_stores() as (settings, opened):
        starting.ensure_account_keys(settings)
        Runner(opened.log, opened.pool).catch_up()
        user_id = inviting(settings, opened).holder(email.strip().lower())
        if user_id is None:
            raise click.ClickException("nobody has this address")
        changes = Entitlements(opened.pool).history(user_id)
        for one in changes:
            click.echo(line_of(one))
        if day is not None:
            begin = day.replace(tzinfo=UTC)
            able = able_during(changes, begin, begin + timedelta(days=1))
            click.echo(f"on {day:%Y-%m-%d}: {'able to compose by' if able else 'free'}")
            for one in able:
                click.echo(f"  {line_of(one)}")


def line_of(change: TierChange) -> str:
    """Return one change of a tier as a line."""
    until = f"until {change.until:%Y-%m-%d %H:%M}" if change.until else "without an end"
    by = SYSTEMS.get(change.by, str(change.by))
    about = f", purchase {change.purchase_id}" if change.purchase_id else ""
    return (
        f"{change.at:%Y-%m-%d %H:%M}  version {change.version}: {change.cause} {until}, "
        f"by {by}{about}"
    )
