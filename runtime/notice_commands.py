"""The commands `securemail notice` and `securemail support`: how telling people stands."""

from datetime import datetime, timedelta
from uuid import UUID

import click

from adapters.links import PostgresLinks
from domain.address import AddressIsMalformed
from domain.aggregate import OPERATOR
from domain.delivering import Delivering
from domain.ports import LinkPurpose
from notifiers.standing import ChannelStanding, standing
from projections.deliveries import Deliveries, Delivery, Step
from projections.runner import Runner
from runtime import starting
from runtime.clock import now
from runtime.readiness import keyless_stores
from runtime.settings import Settings
from runtime.stores import Stores, inviting

DOOR_LASTS = timedelta(minutes=10)
SHOWN = 20


@click.group()
def notice() -> None:
    """Follow what people were told, by mail and by text; never the words of it."""


@notice.command()
def status() -> None:
    """Show what waits on each channel, which is closed, and what came back last."""
    with keyless_stores() as (_, opened):
        Runner(opened.log, opened.pool).catch_up()
        state = standing(opened.pool)
        click.echo(f"notices are {state.mode or 'not begun'}, planned up to {state.position:,}")
        for one in state.channels:
            click.echo(line_of_channel(one))
        click.echo(f"{state.doubts:,} attempts in doubt: their answers were lost")
        for delivery in Deliveries(opened.pool).newest(SHOWN, fates=("bounced", "abandoned")):
            click.echo(line_of(delivery))


@notice.command()
@click.argument("notice_id", type=click.UUID)
def show(notice_id: UUID) -> None:
    """Show the life of one notice."""
    with keyless_stores() as (_, opened):
        Runner(opened.log, opened.pool).catch_up()
        deliveries = Deliveries(opened.pool)
        found = deliveries.of(notice_id)
        if found is None:
            raise click.ClickException("there is no notice with this number")
        record_look(opened, found.recipient_id, notice_id)
        click.echo(line_of(found))
        for step in deliveries.life_of(notice_id):
            click.echo(line_of_step(step))


@notice.command(name="list")
@click.option("--email", required=True, help="Whose notices are meant.")
def list_(email: str) -> None:
    """List the newest notices to somebody."""
    with keyless_stores() as (settings, opened):
        user_id = known_holder(settings, opened, email)
        Runner(opened.log, opened.pool).catch_up()
        record_look(opened, user_id, None)
        for one in Deliveries(opened.pool).to(user_id, SHOWN):
            click.echo(line_of(one))


@notice.command()
@click.option("--email", required=True, help="Whose address is right.")
def confirm(email: str) -> None:
    """Write again to an address from which mails came back: whose it is has said that it works."""
    with keyless_stores() as (settings, opened):
        user_id = known_holder(settings, opened, email)
        heard = Delivering(opened.log).confirm_address(user_id=user_id, by=OPERATOR, at=now())
        click.echo("Mails go there again." if heard else "Mails go there as it is.")


@click.group()
def support() -> None:
    """Let whoever looks after this portal see its support pages."""


@support.command(name="open")
def open_door() -> None:
    """Print a link that opens the support pages once, within ten minutes."""
    with keyless_stores() as (settings, opened):
        at = now()
        token = PostgresLinks(opened.pool).mint(
            OPERATOR, LinkPurpose.SUPPORT, at=at, expires_at=at + DOOR_LASTS
        )
        click.echo(f"{settings.base_url}/support/enter/{token}")


def known_holder(settings: Settings, stores: Stores, email: str) -> UUID:
    """Return whose address that is. Raises click's errors."""
    starting.ensure_account_keys(settings)
    try:
        user_id = inviting(settings, stores).holder(email)
    except AddressIsMalformed:
        raise click.BadParameter("this is no address", param_hint="--email") from None
    if user_id is None:
        raise click.ClickException("nobody has this address")
    return user_id


def record_look(stores: Stores, user_id: UUID, notice_id: UUID | None) -> None:
    """Record that support looks at what somebody was told."""
    Delivering(stores.log).look(user_id=user_id, notice_id=notice_id, by=OPERATOR, at=now())


def line_of_channel(one: ChannelStanding) -> str:
    """Return how a channel stands, as a line."""
    since = f", the oldest since {minute(one.oldest)}" if one.oldest else ""
    closed = f", closed until {minute(one.closed_until)}" if one.closed_until else ""
    return f"  {one.channel:<6} {one.waiting:>8,} wait{since}{closed}"


def line_of(one: Delivery) -> str:
    """Return a notice as a line."""
    answer = f" {one.status}" if one.status else ""
    doubt = f", {one.doubts} in doubt" if one.doubts else ""
    return (
        f"{minute(one.owed_at)}  {one.notice_id}  {one.occasion} by {one.channel}: "
        f"{one.fate}{answer}, {one.attempts} attempts{doubt}"
    )


def line_of_step(step: Step) -> str:
    """Return a step in the life of a notice as a line."""
    doubt = " (in doubt)" if step.in_doubt else ""
    return f"  {minute(step.happened_at)}  {step.kind}{doubt} {step.detail}".rstrip()


def minute(at: datetime) -> str:
    """Return a moment as a line shows it, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}"
