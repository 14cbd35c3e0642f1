"""Lays a letter out as a mail in text and in HTML, without images and with links to us only."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from notifiers.mailer import Mail
from notifiers.notice import Correspondent, Letter, Notice

TEMPLATES = Environment(
    loader=PackageLoader("notifiers"),
    autoescape=lambda name: bool(name and name.endswith(".html")),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def one_line(text: str) -> str:
    """Return a text as a header line can carry it."""
    return " ".join(text.split())


def lay_out(notice: Notice, to: Correspondent, letter: Letter, base_url: str) -> Mail:
    """Return the mail of a letter."""
    words = {"letter": letter, "name": one_line(to.full_name), "base_url": base_url}
    return Mail(
        notice_id=notice.notice_id,
        to_address=to.address,
        to_name=one_line(to.full_name),
        subject=one_line(letter.subject),
        text=TEMPLATES.get_template("mail.txt").render(words),
        html=TEMPLATES.get_template("mail.html").render(words),
    )
