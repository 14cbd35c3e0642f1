"""The mails as they are to leave, whole, one pair of files for each."""

from pathlib import Path

from notifiers.mailer import Mail

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> tuple[str, str]:
    return (GOLDEN / f"{name}.txt").read_text(), (GOLDEN / f"{name}.html").read_text()


def whole(mail: Mail) -> tuple[str, str]:
    head = f"To: {mail.to_name} <{mail.to_address}>\nSubject: {mail.subject}\n\n"
    return head + mail.text, mail.html


def shown(html: str) -> str:
    """Return a mail in HTML without the rules of its looks, which name no person."""
    return html.partition("</style>")[2]
