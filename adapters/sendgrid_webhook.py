"""SendGrid's event webhook: who signed it, and what it reports.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

from collections.abc import Sequence
from datetime import datetime

from adapters.sendgrid_reports import read_reports
from adapters.sendgrid_signature import read_keys, verified
from domain.delivery_report import DeliveryReport, ReportIsNotGenuine


class SendGridReports:
    """The port `CarrierReports`; the keys are as SendGrid shows them, two while one is replaced."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Read the keys; raise ValueError for what is no key. Without a key nothing is genuine."""
        self._keys = read_keys(keys) if keys else ()

    def read(
        self, raw: bytes, *, signature: str | None, timestamp: str | None, now: datetime
    ) -> list[DeliveryReport]:
        """Return the reports of a signed body. Raises ReportIsNotGenuine or ReportIsMalformed."""
        if not verified(raw, signature, timestamp, self._keys, now):
            raise ReportIsNotGenuine
        return read_reports(raw)
