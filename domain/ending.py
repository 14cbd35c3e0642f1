"""How the sender ends a message: sooner, later, or at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, get, save, until_unopposed
from domain.corresponding import expiry_rule
from domain.message import Message, NoSuchMessage, recall_reason
from domain.ports import Shredder, Vault
from domain.reason import require_reason


@dataclass(frozen=True, slots=True)
class Ending:
    """Commands of who wrote."""

    log: Log
    vault: Vault
    shredder: Shredder

    def change_expiry(self, *, message_id: UUID, ends_at: datetime, by: UUID, at: datetime) -> int:
        """Let a message end at another moment; the one that it has changes nothing.

        A message whose time has come meanwhile is not brought back. Raises NoSuchMessage,
        MessageHasEnded, or what the practice's ExpiryRule raises.
        """

        def command() -> int:
            message = get(self.log, Message, message_id, NoSuchMessage)
            rule = expiry_rule(self.log, by)
            message.change_expiry(ends_at=ends_at, rule=rule, by=by, at=at)
            return save(self.log, message)

        with self.shredder.turn():
            return until_unopposed(command)

    def recall(self, *, message_ids: Sequence[UUID], reason: str, by: UUID, at: datetime) -> int:
        """Take messages back, all or none; recalling one again changes nothing.

        Their content is closed at once, and destroyed as soon as no legal hold lies on it. Raises
        NoSuchMessage, MessageHasEnded or ReasonIsUnusable.
        """
        reason = require_reason(reason)

        def command() -> int:
            messages = [get(self.log, Message, one, NoSuchMessage) for one in message_ids]
            told: set[UUID] = set()
            for message in messages:
                place = recall_reason(message.id, by, message.version + 1)
                waits = not message.is_read and not message.is_over(at)
                tells = waits and message.recipient_id not in told
                message.recall(
                    reason=self.vault.seal(reason, place),
                    told=message.recipient_id if tells else None,
                    by=by,
                    at=at,
                )
                told |= {message.recipient_id} if tells else set()
            return save(self.log, *messages)

        return until_unopposed(command)
