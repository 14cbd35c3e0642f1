"""The command `securemail`: run the product, open practices, look after read models and keys."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from audit.timeline import timeline as timeline_of
from domain.address import AddressIsTaken
from domain.practice import NoSuchPractice, PracticeNameIsUnusable
from domain.role import Kind
from eventlog.verification import HistoryWasChanged
from eventlog.verification import verify as verify_history
from projections.progress import Progress
from projections.rebuild import Rebuild
from projections.roster import Roster
from projections.runner import PROJECTIONS, Runner
from runtime import running, starting
from runtime.billing_commands import billing, plan
from runtime.clock import new_id, now
from runtime.hold_commands import hold
from runtime.key_commands import key
from runtime.mail_commands import mail
from runtime.named_practice import the_practice
from runtime.notice_commands import notice, support
from runtime.progress_bar import progress_bar
from runtime.readiness import keyless_stores, plainly
from runtime.sandbox_commands import sandbox
from runtime.settings import Settings, read_settings
from runtime.stores import Stores, inviting
from web.fields import complaint_about


@contextmanager
def stores() -> Iterator[tuple[Settings, Stores]]:
    """Yield the same, with keys to seal what is entered."""
    with keyless_stores() as (settings, opened):
        starting.ensure_account_keys(settings)
        yield settings, opened


def address(_: click.Context, __: click.Parameter, value: str) -> str:
    """Check an address as the pages do."""
    complaint = complaint_about(value.strip())
    if complaint:
        raise click.BadParameter(complaint)
    return value.strip().lower()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="securemail")
def main() -> None:
    """SecureMail: the portal in which practices exchange health information.

    Start with `securemail run`, then open the page that it names. Everything is configured by the
    environment: PORT, HOST, BASE_URL, WEB_WORKERS; DATABASE_URL (any PostgreSQL 15 or later;
    without it a server of our own runs in the data folder) and OWNER_DATABASE_URL (the same
    database, for the role that makes its tables); SECUREMAIL_DATA (the data folder, .data here);
    SECUREMAIL_KEY_FILE or SECUREMAIL_KEYS; SECUREMAIL_BLOBS (where files of messages lie: a
    folder, or s3://bucket/prefix), ATTACHMENT_MB, ATTACHMENTS_MB, ATTACHMENTS and
    ATTACHMENTS_QUOTA_MB (their limits: a file, a message, their number, a practice);
    STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET (two of them, parted by a blank, while one is
    replaced) and STRIPE_TAX_CODE (a tax code of Stripe's, if it works out the tax in our prices);
    NOTIFY (off, sandbox or live); SENDGRID_API_KEY and SENDGRID_WEBHOOK_KEY (its verification
    key; two while one is replaced), or SMTP_HOST, SMTP_PORT, SMTP_SECURITY (starttls, tls, none),
    SMTP_USER, SMTP_PASSWORD and MAIL_BOUNCES_TO; MAIL_FROM and MAIL_REPLY_TO; TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN and TWILIO_FROM, TEXT_COUNTRIES (such as US CA); TIME_ZONE; NOTICE_SENDERS,
    MAILS_PER_SECOND, TEXTS_PER_SECOND and CALLS_PER_SECOND; TRUSTED_PROXIES (how many of our own
    stand in front of the pages). Without vendors everything is a
    sandbox: mails and texts lie in an outbox, cards are charged by a stand-in.
    """


@main.command()
def run() -> None:
    """Run everything: database, pages, read models, notices, and in the sandbox the card vendor.

    Stop it with Ctrl-C. Whatever was acknowledged survives any other end as well.
    """
    with plainly():
        running.run(read_settings(), say=click.echo)


@main.group()
def practice() -> None:
    """Open practices and add their people."""


@practice.command("open")
@click.option("--name", required=True, help="The practice's public name.")
@click.option("--email", required=True, callback=address, help="The first doctor's address.")
@click.option("--full-name", required=True, help="The first doctor's name.")
@click.option(
    "--tier",
    type=click.Choice(["free", "paid"]),
    default="free",
    show_default=True,
    help="With `paid` she may compose and invite from the start.",
)
def open_practice(name: str, email: str, full_name: str, tier: str) -> None:
    """Open a practice with its first doctor, who becomes its user manager.

    She gets a registration mail as soon as SecureMail runs. For example:

    securemail practice open --name "Sample Dental" --email ada@sample-dental.example
    --full-name "Ada Sample" --tier paid
    """
    practice_id = new_id()
    with stores() as (settings, opened):
        try:
            inviting(settings, opened).open_practice(
                practice_id=practice_id,
                user_id=new_id(),
                name=name,
                address=email,
                full_name=full_name,
                paid=tier == "paid",
                at=now(),
            )
        except AddressIsTaken:
            raise click.ClickException("this address has an account already") from None
        except PracticeNameIsUnusable:
            raise click.BadParameter("1 to 120 characters", param_hint="--name") from None
    click.echo(f"Practice {practice_id} is open. The registration mail goes out by itself.")


@practice.command("add-member")
@click.option("--practice", "which", required=True, help="The practice's identifier or exact name.")
@click.option("--email", required=True, callback=address, help="The new member's address.")
@click.option("--role", type=click.Choice(["doctor", "staff"]), required=True)
def add_member(which: str, email: str, role: str) -> None:
    """Add a free account to a practice's main account, on request of the practice.

    The new member gets a registration mail, and can buy the paid version later.
    """
    with stores() as (settings, opened):
        Runner(opened.log, opened.pool).catch_up()
        practice_id = the_practice(Roster(opened.pool), which)
        try:
            inviting(settings, opened).add_member(
                practice_id=practice_id,
                user_id=new_id(),
                address=email,
                kind=Kind(role),
                at=now(),
            )
        except AddressIsTaken:
            raise click.ClickException("this address has an account already") from None
        except NoSuchPractice:
            raise click.ClickException("there is no such practice") from None
    click.echo("Added. The registration mail goes out by itself.")


@main.group()
def projections() -> None:
    """Look after the read models, which are made from the log and can be made again."""


@projections.command()
def status() -> None:
    """Show how far each read model has come."""
    with keyless_stores() as (_, opened):
        head, progress = opened.log.head(), Progress(opened.pool)
        failures = progress.failures()
        for name, position in progress.positions().items():
            click.echo(f"{name:<16}{position:>12,} of {head:,}  {head - position:,} behind")
            if name in failures:
                click.echo(f"  stands still at {failures[name]}")


@projections.command()
@click.argument("name", required=False, type=click.Choice([one.name for one in PROJECTIONS]))
@click.option("--all", "every", is_flag=True, help="Rebuild all of them, one after the other.")
def rebuild(name: str | None, every: bool) -> None:  # noqa: FBT001 - click's way
    """Build a read model anew beside the old one, then switch; readers notice nothing."""
    if every == (name is not None):
        raise click.UsageError("give either the name of a read model or --all")
    with keyless_stores(as_owner=True) as (_, opened):
        for projection in PROJECTIONS:
            if every or projection.name == name:
                with progress_bar(f"{projection.name:<14}", opened.log.head()) as advance:
                    Rebuild(opened.log, opened.pool, projection).run(advance)


main.add_command(key)
main.add_command(hold)
main.add_command(mail)
main.add_command(plan)
main.add_command(billing)
main.add_command(notice)
main.add_command(support)
main.add_command(sandbox)


@main.group()
def audit() -> None:
    """Ask the log what happened; no key is needed."""


@audit.command()
@click.option("--size", type=click.IntRange(0), help="Number of events whose root was kept.")
@click.option("--root", help="The root that was kept, in hexadecimal.")
def verify(size: int | None, root: str | None) -> None:
    """Check every event against its proofs; print the size and the root, which are worth keeping.

    With --size and --root of an earlier time, also check that this much of the history is the same.
    """
    known = known_root(size, root)
    with (
        keyless_stores() as (_, opened),
        opened.pool.connection() as connection,
        progress_bar("verified", opened.log.head()) as advance,
    ):
        try:
            verified = verify_history(connection, known, advance)
        except HistoryWasChanged as found:
            raise click.ClickException(f"the history was changed: {found}") from found
    click.echo(f"size {verified.size}\nroot {verified.root.hex()}")


def known_root(size: int | None, root: str | None) -> dict[int, bytes]:
    """Return the root that was kept, by its size."""
    if size is None and root is None:
        return {}
    if size is None or not re.fullmatch(r"[0-9a-f]{64}", root or ""):
        raise click.UsageError("give --size and --root together; a root is 64 hexadecimal digits")
    return {size: bytes.fromhex(str(root))}


@audit.command()
@click.argument("identifier", type=click.UUID)
def timeline(identifier: UUID) -> None:
    """Show everything that happened to one person, practice, message or purchase."""
    with keyless_stores() as (_, opened):
        moments = timeline_of(opened.log, identifier)
    if not moments:
        raise click.ClickException("nothing happened under that identifier")
    for moment in moments:
        click.echo(f"{moment.version:>5}  {moment.at:%Y-%m-%d %H:%M:%S}  {moment.topic}")
        click.echo(f"       by {moment.actor} ({moment.by})")
        for name, value in moment.payload.items():
            click.echo(f"       {name}: {value}")
