"""The part that tells people what concerns them; it opens names and addresses, never messages."""

from adapters.links import PostgresLinks
from adapters.outbox_mailer import OutboxMailer
from adapters.outbox_texter import OutboxTexter
from adapters.phone_codes import SealedPhoneCodes
from adapters.return_marks import ReturnMarks
from adapters.sendgrid_mailer import SendGridMailer
from adapters.smtp_mailer import SmtpMailer
from adapters.vault import PostgresVault
from domain.notification import Channel
from eventlog.sequencer import ORDERED
from notifiers.beginning import begin
from notifiers.mailer import Mailer
from notifiers.office import desk_over, runner_over
from notifiers.runner import Runner
from notifiers.texter import Texter
from runtime.clock import now
from runtime.notice_settings import Notify
from runtime.parts.life import end_with_starter, until_told_to_stop
from runtime.settings import Settings, read_settings
from runtime.stores import Stores, keyring_of
from runtime.withholding import KEYS

IDLE = True


BESIDE_SENDERS = 4
"""Connections besides one for each sender: who plans and takes, and the lock of the whole."""


def mailer_of(settings: Settings) -> Mailer:
    """Return the carrier of mails that the settings name."""
    told = settings.notices
    if told.mode is not Notify.LIVE:
        return OutboxMailer(settings.outbox_folder, now, reply_to=told.reply_to)
    if told.sendgrid_api_key:
        return SendGridMailer(
            api_key=told.sendgrid_api_key,
            from_address=told.mail_from or "",
            from_name="SecureMail",
            reply_to=told.reply_to,
            host=told.sendgrid_host,
        )
    return SmtpMailer(
        host=told.smtp_host or "",
        port=told.smtp_port,
        security=told.smtp_security,
        user=told.smtp_user,
        password=told.smtp_password,
        from_address=told.mail_from or "",
        from_name="SecureMail",
        reply_to=told.reply_to,
        bounce_address=told.bounces_to,
        clock=now,
        marks=ReturnMarks.under(keyring_of(settings)),
    )


def texter_of(settings: Settings) -> Texter | None:
    """Return the carrier of texts and calls that the settings name, if there is one."""
    told = settings.notices
    if told.mode is not Notify.LIVE:
        return OutboxTexter(settings.outbox_folder, now)
    if not (told.twilio_account_sid and told.twilio_auth_token and told.twilio_from):
        return None
    from adapters.twilio_texter import TwilioTexter  # noqa: PLC0415 - a tenth of a second to load

    return TwilioTexter(
        account_sid=told.twilio_account_sid,
        auth_token=told.twilio_auth_token,
        from_number=told.twilio_from,
        host=told.twilio_host,
    )


def notice_runner(settings: Settings, stores: Stores) -> Runner:
    """Return the notifier with all that it needs."""
    told = settings.notices
    vault = PostgresVault(stores.pool, keyring_of(settings).only(*KEYS["notifiers"]))
    desk = desk_over(
        stores.pool,
        vault=vault,
        links=PostgresLinks(stores.pool),
        codes=SealedPhoneCodes(stores.pool, vault),
        base_url=settings.base_url,
        clock=now,
        time_zone=told.time_zone,
    )
    return runner_over(
        stores.log,
        stores.pool,
        desk,
        mailer_of(settings),
        texter_of(settings),
        senders=told.senders,
        rates={
            Channel.EMAIL: told.mails_per_second,
            Channel.TEXT: told.texts_per_second,
            Channel.CALL: told.calls_per_second,
        },
    )


def main() -> None:
    """Tell until told to stop; where nobody is to be told, only wait."""
    end_with_starter()
    settings = read_settings()
    database_url = str(settings.database_url)
    wait = until_told_to_stop(database_url, ORDERED)
    connections = settings.notices.senders + BESIDE_SENDERS
    with Stores.open(database_url, connections=connections) as stores:
        begin(stores.log, stores.pool, settings.notices.mode, now())
        if settings.notices.mode is Notify.OFF:
            while wait(IDLE):
                pass
        else:
            notice_runner(settings, stores).run(wait)


if __name__ == "__main__":
    main()
