"""Every carrier at once: what leaves goes to the stand-ins of the vendors and to a mail server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from adapters.outbox_mailer import OutboxMailer
from adapters.sandbox import sendgrid_server, twilio_server
from adapters.smtp_mailer import SmtpMailer
from notifiers.mailer import Mail, Mailer
from notifiers.texter import PhoneCall, Texter, TextMessage
from tests.adapters.sendgrid import vendor as sendgrid
from tests.adapters.smtp import office as smtp
from tests.adapters.twilio import vendor as twilio
from tests.fixtures.clock import Clock


class Everywhere:
    """Hands each notice to every carrier, and knows what arrived there.

    It is no dataclass, since all that arrived is too long to be shown where a test fails.
    """

    def __init__(
        self,
        mailers: tuple[Mailer, ...],
        texter: Texter,
        *,
        vendors: tuple[sendgrid_server.SendGridSandbox, twilio_server.TwilioSandbox],
        office: smtp.PostOffice,
        outbox: OutboxMailer,
    ) -> None:
        self.mailers, self.texter = mailers, texter
        self.sendgrid, self.twilio = vendors
        self.office, self.outbox = office, outbox

    @property
    def carrier(self) -> str:
        return "everywhere"

    def send(self, mail: Mail) -> str:
        references = [mailer.send(mail) for mailer in self.mailers]
        return references[0]

    def text(self, message: TextMessage) -> str:
        return self.texter.text(message)

    def call(self, call: PhoneCall) -> str:
        return self.texter.call(call)

    def forget(self) -> None:
        """Forget what arrived."""
        for arrived in (self.sendgrid.received, self.twilio.received, self.office.letters):
            arrived.clear()
        for file in self.outbox.folder.glob("*.json"):
            file.unlink()

    def arrived(self) -> dict[str, str]:
        """Return all that arrived, as each carrier got it and as it is read there."""
        return {
            "sendgrid": json.dumps(self.sendgrid.received, ensure_ascii=False),
            "twilio": json.dumps(self.twilio.received, ensure_ascii=False),
            "smtp": "\n".join(map(read, self.office.letters)),
            "outbox": "\n".join(map(repr, self.outbox.mails())),
        }


def read(letter: bytes) -> str:
    """Return a letter as it lies on the line, and every header and part of it as it is read."""
    mail = message_from_bytes(letter, EmailMessage, policy=policy.default)
    headers = [f"{name}: {value}" for name, value in mail.items()]
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([letter.decode("ascii"), *headers, *parts])


@contextmanager
def everywhere(outbox: OutboxMailer, clock: Clock) -> Iterator[Everywhere]:
    """Open every carrier on this machine."""
    mails = sendgrid_server.SendGridSandbox(sendgrid.KEY, verified_sender=sendgrid.OURS)
    texts = twilio_server.TwilioSandbox(twilio.ACCOUNT, twilio.TOKEN)
    office = smtp.PostOffice()
    with (
        sendgrid.serving(sendgrid_server.create_app(mails)) as mail_host,
        twilio.serving(twilio_server.create_app(texts)) as text_host,
        smtp.serving(office) as port,
    ):
        server = SmtpMailer(
            host="127.0.0.1",
            port=port,
            security="none",
            user=None,
            password=None,
            from_address=smtp.OURS,
            from_name="SecureMail",
            clock=clock,
            marks=smtp.MARKS,
        )
        yield Everywhere(
            (sendgrid.mailer_at(mail_host), server, outbox),
            twilio.texter_at(text_host),
            vendors=(mails, texts),
            office=office,
            outbox=outbox,
        )
