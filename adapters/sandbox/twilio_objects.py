"""What Twilio answers: a text or call that it took, or an error, each with the vendor's fields."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

VERSION = "2010-04-01"
SEGMENT = 153
"""Characters that fit in one part of a long text (3GPP TS 23.040, concatenated short messages)."""

_PARTS_OF_A_CALL = (
    *("events", "notifications", "payments", "recordings", "siprec", "streams", "transcriptions"),
    *("user_defined_message_subscriptions", "user_defined_messages"),
)


def message(account: str, sid: str, form: Mapping[str, str], at: datetime) -> dict[str, object]:
    """Return a text that is queued; see `api.v2010.account.message` in the vendor's document."""
    uri = f"/{VERSION}/Accounts/{account}/Messages/{sid}"
    return {
        **_both(account, sid, form, at),
        "body": form["Body"],
        "date_sent": None,
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(-(-len(form["Body"]) // SEGMENT)),
        "price_unit": None,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "uri": f"{uri}.json",
    }


def call(account: str, sid: str, form: Mapping[str, str], at: datetime) -> dict[str, object]:
    """Return a call that is queued; see `api.v2010.account.call` in the vendor's document."""
    uri = f"/{VERSION}/Accounts/{account}/Calls/{sid}"
    unknown = ("answered_by", "caller_name", "duration", "end_time", "forwarded_from", "group_sid")
    later = ("parent_call_sid", "phone_number_sid", "start_time", "stir_verstat", "trunk_sid")
    return {
        **_both(account, sid, form, at),
        **dict.fromkeys(unknown + later),
        "from_formatted": form["From"],
        "price_unit": "USD",
        "queue_time": "0",
        "subresource_uris": {
            part: f"{uri}/{''.join(word.capitalize() for word in part.split('_'))}.json"
            for part in _PARTS_OF_A_CALL
        },
        "to_formatted": form["To"],
        "uri": f"{uri}.json",
    }


def error(status: int, code: int, text: str) -> dict[str, object]:
    """Return an error as https://www.twilio.com/docs/usage/twilios-response#exceptions has it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": text, "more_info": more, "status": status}


def _both(account: str, sid: str, form: Mapping[str, str], at: datetime) -> dict[str, object]:
    return {
        "account_sid": account,
        "api_version": VERSION,
        "date_created": format_datetime(at),
        "date_updated": format_datetime(at),
        "direction": "outbound-api",
        "from": form["From"],
        "price": None,
        "sid": sid,
        "status": "queued",
        "to": form["To"],
    }
