"""The list of occasions on which somebody is told something."""

from collections.abc import Callable, Iterable
from types import MappingProxyType, ModuleType

from domain.notification import Channel
from domain.profile import NoticesBy
from notifiers import (
    bought_for_you,
    card_changed,
    card_expiry,
    email_changed,
    email_confirmation,
    expiry,
    invitation_reminder,
    invoice_summary,
    lapsed,
    lapsed_colleague,
    new_device,
    new_message,
    password_changed,
    phone_changed,
    phone_code,
    practice_security,
    price_change,
    recall,
    receipt,
    refund,
    refund_owed,
    registration,
    renewal_cancelled,
    renewal_trouble,
    reply_refused,
    set_password,
    unread_nudge,
)
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASIONS: tuple[ModuleType, ...] = (
    registration,
    invitation_reminder,
    set_password,
    phone_code,
    phone_changed,
    email_confirmation,
    email_changed,
    new_device,
    password_changed,
    practice_security,
    new_message,
    unread_nudge,
    expiry,
    recall,
    receipt,
    bought_for_you,
    refund_owed,
    refund,
    renewal_trouble,
    renewal_cancelled,
    lapsed,
    lapsed_colleague,
    price_change,
    card_expiry,
    card_changed,
    invoice_summary,
    reply_refused,
)

WRITERS: MappingProxyType[str, Callable[[Notice, Correspondent, Desk], Letter]] = MappingProxyType(
    {occasion.OCCASION: occasion.write for occasion in OCCASIONS}
)

MANNERS: MappingProxyType[str, Manner] = MappingProxyType(
    {occasion.OCCASION: occasion.MANNER for occasion in OCCASIONS}
)


def plan(event: Event) -> tuple[Notice, ...]:
    """Return every notice that an event owes, on the channel that is usual for it."""
    planned = (occasion.plan(event) for occasion in OCCASIONS)
    return tuple(notice for one in planned for notice in several(one))


def several(planned: Notice | Iterable[Notice] | None) -> Iterable[Notice]:
    """Return what an occasion has planned, which may be nothing, one notice or several."""
    if planned is None:
        return ()
    return (planned,) if isinstance(planned, Notice) else planned


def routed(
    notice: Notice, notices_by: NoticesBy, *, texts_arrive: bool = True
) -> tuple[Notice, ...]:
    """Return a notice on each channel on which its recipient wants it; her account's always.

    Where no text can reach her, she is told by e-mail instead.
    """
    if not MANNERS[notice.occasion].is_by_preference:
        return (notice,)
    if not texts_arrive and notices_by is not NoticesBy.NONE:
        return (notice,)
    return tuple(notice.on(channel) for channel in CHANNELS[notices_by])


CHANNELS = MappingProxyType(
    {
        NoticesBy.EMAIL_AND_TEXT: (Channel.EMAIL, Channel.TEXT),
        NoticesBy.TEXT: (Channel.TEXT,),
        NoticesBy.EMAIL: (Channel.EMAIL,),
        NoticesBy.NONE: (),
    }
)
