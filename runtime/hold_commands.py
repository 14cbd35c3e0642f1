"""The commands `securemail hold`: legal holds of auditors, until auditors sign in themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import click

from adapters.shredder import PostgresShredder
from adapters.vault import PostgresVault
from domain.address import AddressIsMalformed
from domain.aggregate import OPERATOR
from domain.holding import Holding, NoSuchSubject
from domain.inviting import Inviting
from domain.legal_hold import NoSuchHold, Subject, hold_reason
from domain.ports import Vault, sealed_in_version
from domain.pseudonym import pseudonym
from domain.reason import LONGEST_REASON, ReasonIsUnusable
from projections.holds import Hold, Holds
from projections.roster import Roster
from projections.runner import Runner
from runtime import starting
from runtime.clock import new_id, now
from runtime.named_practice import the_practice
from runtime.readiness import keyless_stores
from runtime.stores import Stores, account_keys_of

NO_SUCH_SUBJECT = "there is no such person, conversation or practice"
NO_SUCH_HOLD = "there is no such hold of an auditor; holds of a practice are lifted by the practice"


@dataclass(frozen=True, slots=True)
class Office:
    """What an auditor works with; the keys open names and reasons, never messages."""

    stores: Stores
    vault: Vault

    @property
    def holding(self) -> Holding:
        """The commands about holds."""
        shredder = PostgresShredder(self.stores.pool)
        return Holding(self.stores.log, self.vault, shredder)


@contextmanager
def office() -> Iterator[Office]:
    """Yield it with read models that are up to date, and tell refusals in one line."""
    with keyless_stores() as (settings, opened):
        starting.ensure_account_keys(settings)
        Runner(opened.log, opened.pool).catch_up()
        try:
            yield Office(opened, PostgresVault(opened.pool, account_keys_of(settings)))
        except ReasonIsUnusable:
            words = f"1 to {LONGEST_REASON} characters"
            raise click.BadParameter(words, param_hint="--reason") from None
        except NoSuchSubject:
            raise click.ClickException(NO_SUCH_SUBJECT) from None
        except NoSuchHold:
            raise click.ClickException(NO_SUCH_HOLD) from None


@click.group()
def hold() -> None:
    """Stop every destruction of what is evidence, and let it go on again; for auditors.

    User managers do the same for their own practice on its pages. A hold keeps the evidence, it
    gives nobody access: messages still end for those who read them.
    """


@hold.command()
@click.argument("subject", type=click.Choice([one.value for one in Subject]))
@click.argument("which")
@click.option("--reason", required=True, help="Such as the number of the case; it is kept sealed.")
def place(subject: str, which: str, reason: str) -> None:
    """Place a hold on a person, a thread or a practice; once this returns, it holds.

    WHICH is an identifier; for a person also the e-mail address, for a practice also the exact
    name. The identifier of a thread stands below each conversation. For example:

    securemail hold place person ada@sample-dental.example --reason "Case 7"
    """
    hold_id = new_id()
    with office() as at_hand:
        at_hand.holding.place(
            hold_id=hold_id,
            subject=Subject(subject),
            subject_id=meant(at_hand, Subject(subject), which.strip()),
            reason=reason,
            by=OPERATOR,
            at=now(),
        )
    click.echo(f"Hold {hold_id} is in force. What it covers is kept until it is lifted.")


@hold.command()
@click.argument("hold_id", type=click.UUID)
@click.option("--reason", required=True, help="Why it is over; it is kept sealed.")
def lift(hold_id: UUID, reason: str) -> None:
    """Lift a hold of an auditor; what is over by now is destroyed within a moment."""
    with office() as at_hand:
        found = Holds(at_hand.stores.pool).hold(hold_id)
        if found is None:
            raise NoSuchHold
        at_hand.holding.lift(
            hold_id=hold_id, subject_id=found.subject_id, reason=reason, by=OPERATOR, at=now()
        )
    click.echo("The hold is lifted. What no other hold covers is destroyed when its time is over.")


@hold.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that were lifted.")
def show(every: bool) -> None:  # noqa: FBT001 - click's way
    """Show the holds of auditors and of all practices, newest first; people by pseudonym."""
    with office() as at_hand:
        found = Holds(at_hand.stores.pool).all()
        lines = [line for one in found if every or not one.lifted_at for line in told(one, at_hand)]
    click.echo("\n".join(lines) or "No hold is in force.")


def meant(at_hand: Office, subject: Subject, which: str) -> UUID:
    """Return what is to be held, or raise NoSuchSubject."""
    if subject is Subject.PRACTICE:
        return the_practice(Roster(at_hand.stores.pool), which)
    try:
        return UUID(which)
    except ValueError:
        holder = holder_of(at_hand, which) if subject is Subject.PERSON else None
    if holder is None:
        raise NoSuchSubject
    return holder


def holder_of(at_hand: Office, address: str) -> UUID | None:
    """Return whose address it is, None for what is no address."""
    try:
        return Inviting(at_hand.stores.log, at_hand.vault).holder(address)
    except AddressIsMalformed:
        return None


def told(one: Hold, at_hand: Office) -> list[str]:
    """Return what is known of a hold in lines; reasons that cannot be opened stay away."""
    person = f"{pseudonym(one.subject_id)}, " if one.subject == Subject.PERSON else ""
    whose = f"practice {one.practice_id}" if one.practice_id else "an auditor"
    lines = [
        f"{one.hold_id}  {'lifted' if one.lifted_at else 'in force'}",
        f"  on {one.subject} {person}{one.subject_id}",
        f"  placed {one.placed_at:%Y-%m-%d %H:%M} UTC for {whose}: {reason_of(one, at_hand)}",
    ]
    if one.lifted_at:
        why = reason_of(one, at_hand, is_lifting=True)
        lines.append(f"  lifted {one.lifted_at:%Y-%m-%d %H:%M} UTC: {why}")
    return lines


def reason_of(one: Hold, at_hand: Office, *, is_lifting: bool = False) -> str:
    """Return why a hold was placed or lifted."""
    sealed = one.lifting_reason if is_lifting else one.reason
    if sealed is None:
        return ""
    place = hold_reason(one.hold_id, sealed_in_version(sealed))
    return at_hand.vault.open_all([(sealed, place)])[0] or "(cannot be opened)"
