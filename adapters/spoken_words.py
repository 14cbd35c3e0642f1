"""Words become what a telephone reads aloud: twice, and a code slowly, digit by digit.

Speaks TwiML, https://www.twilio.com/docs/voice/twiml/say and .../pause, whose only pauses are whole
seconds. Nothing but `Say` and `Pause` is used, which every voice of the vendor's knows.
"""

import re
from xml.sax.saxutils import escape

LONGEST_TWIML = 4000
"""Characters that the vendor takes: https://www.twilio.com/docs/voice/api/call-resource."""
SHORTEST_CODE = 4

_PAUSE = '<Pause length="1"/>'
_CODE = re.compile(rf"([0-9]{{{SHORTEST_CODE},}})")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEARD = re.compile(r"\w")


def twiml(words: str) -> str:
    """Return the document in which `words` are read twice, with a rest before and between.

    Numbers of four digits and more are read as single digits, a second apart. Characters that XML
    1.0 has no place for (section 2.2) are left out.
    """
    once = "".join(_said(part) for part in _CODE.split(_NOT_IN_XML.sub(" ", words)))
    return f"<Response>{_PAUSE}{once}{_PAUSE}{_PAUSE}{once}</Response>"


def _said(part: str) -> str:
    if _CODE.fullmatch(part):
        return _PAUSE + "".join(f"<Say>{digit}</Say>{_PAUSE}" for digit in part)
    begins = _HEARD.search(part)
    return f"<Say>{escape(part[begins.start() :].strip())}</Say>" if begins else ""
