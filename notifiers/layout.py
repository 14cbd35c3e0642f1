"""Lays a letter out as a mail in text and in HTML, or as a text message; with links to us only."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifiers.mailer import Mail
from notifiers.notice import Correspondent, Letter, Notice
from notifiers.wording import one_line

LONGEST_TEXT = 300
"""Characters of a text message, which are at most five parts on its way (GSM 03.38, UCS-2)."""

PREHEADER = "A notice from SecureMail. What people write to each other is never in a mail."
"""What a list of mails shows beside the subject; it is the same in every mail."""

NO_REPLIES = (
    "Please do not reply to this mail: nobody reads replies, so that nothing about your health "
    "travels in a mail. To answer, sign in to SecureMail and write there."
)
STOP = "Stop mails about messages"

TEMPLATES = Environment(
    loader=PackageLoader("notifiers"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def lay_out(
    notice: Notice,
    to: Correspondent,
    letter: Letter,
    base_url: str,
    stop_link: str | None = None,
) -> Mail:
    """Return the mail of a letter; `stop_link` ends mails of its kind, where one may."""
    practice = one_line(letter.practice_name or "")
    is_hers = letter.to_address is None  # who reads at another address is not to learn her name
    name = one_line(to.full_name) if is_hers else ""
    words = {
        "letter": letter,
        "name": name,
        "practice": practice,
        "signature": f"{practice} through SecureMail" if practice else "SecureMail",
        "base_url": base_url,
        "preheader": PREHEADER,
        "no_replies": NO_REPLIES,
        "stop": STOP,
        "stop_link": stop_link,
    }
    return Mail(
        notice_id=notice.notice_id,
        to_address=letter.to_address or to.address,
        to_name=name,
        subject=one_line(letter.subject),
        text=TEMPLATES.get_template("mail.txt").render(words),
        html=TEMPLATES.get_template("mail.html").render(words),
        stop_link=stop_link,
        pictures=(letter.logo,) if letter.logo else (),
    )


def words_of_text(letter: Letter) -> str:
    """Return a letter as a text message: its short words, or its subject and the whole link."""
    if letter.short:
        return one_line(letter.short)[:LONGEST_TEXT]
    room = LONGEST_TEXT - len("SecureMail: . ") - len(letter.link)
    return f"SecureMail: {one_line(letter.subject)[:room]}. {letter.link}"
