"""Lays a letter out as a mail in text and in HTML, without images and with links to us only."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifiers.mailer import Mail
from notifiers.notice import Correspondent, Letter, Notice
from notifiers.wording import one_line

TEMPLATES = Environment(
    loader=PackageLoader("notifiers"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


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
