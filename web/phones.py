"""Phones to which codes go: which may be, how a page names them, and from where somebody asks."""

import ipaddress
from collections.abc import Mapping

import phonenumbers
from flask import request
from marshmallow import ValidationError, fields
from phonenumbers import PhoneNumberType

from domain.ports import place_of
from projections.roster import Person
from web.fields import e164
from web.portal import portal

REACHABLE = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.VOIP,
)
"""Kinds of numbers that ring at one person and cost what usual numbers cost; no premium rate,
shared cost, toll free, pager, voicemail, personal or company-wide number."""

NOT_A_NUMBER = "This is not a phone number, such as (202) 555-0123."
NOT_REACHABLE = "Codes cannot be sent to a number of this kind. Please give a usual cell phone."
NOT_THIS_COUNTRY = "Codes cannot be sent to phones of this country."

SHOWN_DIGITS = 2


class CodePhone(fields.String):
    """A phone number to which a code can go, kept as E.164 (ITU-T); `missing` asks for it."""

    def __init__(self, *, missing: str) -> None:
        self.missing = missing
        super().__init__(required=True, error_messages={"required": missing})

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, object] | None,
        **kwargs: object,
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        if not text:
            raise ValidationError(self.missing)
        number = e164(text)
        complaint = complaint_about_phone(number)
        if complaint:
            raise ValidationError(complaint)
        return number


def complaint_about_phone(number: str) -> str | None:
    """Say why no code goes to a number in E.164, None if one does."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return NOT_A_NUMBER
    if not phonenumbers.is_valid_number(parsed):
        return NOT_A_NUMBER
    if phonenumbers.number_type(parsed) not in REACHABLE:
        return NOT_REACHABLE
    if phonenumbers.region_code_for_number(parsed) not in portal().text_countries:
        return NOT_THIS_COUNTRY
    return None


def ending_of(number: str) -> str:
    """Return all that a page tells of a number to who has not proved it: its last digits."""
    return number[-SHOWN_DIGITS:]


def registered_phone(who: Person) -> str | None:
    """Return the number that a person registered with, if a code can go there."""
    if who.cell_phone is None:
        return None
    place = place_of(who.cell_phone, who.user_id, "cell_phone")
    number = portal().vault.open(who.cell_phone, place)
    return None if complaint_about_phone(number) else number


def network() -> str | None:
    """Return the network from which a request comes, as far as that tells one from another.

    Of IPv6 it is the /64 that one household has (RFC 6177). Of our own machine it tells nothing.
    """
    came_through = request.headers.getlist("X-Forwarded-For")
    addresses = [one.strip() for line in came_through for one in line.split(",")]
    proxies = portal().proxies
    is_told = 0 < proxies <= len(addresses)
    return network_of(addresses[-proxies] if is_told else request.remote_addr or "")


def network_of(text: str) -> str | None:
    """Return the network of an IP address, None for one that is none, or is this machine's."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return None
    bits = 64 if isinstance(address, ipaddress.IPv6Address) else 32
    return str(ipaddress.ip_network((address, bits), strict=False))
