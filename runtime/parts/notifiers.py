"""The part that tells people what concerns them; it opens names and addresses, never messages."""

from adapters.links import PostgresLinks
from adapters.outbox_mailer import OutboxMailer
from adapters.sendgrid_mailer import SendGridMailer
from adapters.smtp_mailer import SmtpMailer
from adapters.vault import PostgresVault
from eventlog.sequencer import ORDERED
from notifiers.mailer import Mailer
from notifiers.office import desk_over, runner_over
from notifiers.runner import Runner
from runtime.clock import now
from runtime.parts.life import end_with_starter, until_told_to_stop
from runtime.settings import Settings, read_settings
from runtime.stores import Stores, keyring_of
from runtime.withholding import KEYS


def mailer_of(settings: Settings) -> Mailer:
    """Return the carrier of mails that the settings name."""
    sender = settings.mail_from or ""
    if settings.sendgrid_api_key:
        return SendGridMailer(
            api_key=settings.sendgrid_api_key, from_address=sender, from_name="SecureMail"
        )
    if settings.smtp_host:
        return SmtpMailer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password,
            from_address=sender,
            from_name="SecureMail",
            clock=now,
        )
    return OutboxMailer(settings.outbox_folder, now)


def notice_runner(settings: Settings, stores: Stores) -> Runner:
    """Return the notifier with all that it needs."""
    vault = PostgresVault(stores.pool, keyring_of(settings).only(*KEYS["notifiers"]))
    links = PostgresLinks(stores.pool)
    pool = stores.pool
    desk = desk_over(
        pool,
        vault=vault,
        links=links,
        base_url=settings.base_url,
        clock=now,
    )
    return runner_over(stores.log, stores.pool, desk, mailer_of(settings))


def main() -> None:
    """Tell until told to stop."""
    end_with_starter()
    settings = read_settings()
    database_url = str(settings.database_url)
    with Stores.open(database_url) as stores:
        notice_runner(settings, stores).run(until_told_to_stop(database_url, ORDERED))


if __name__ == "__main__":
    main()
