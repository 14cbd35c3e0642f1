"""What every answer tells the browser: trust nothing but us, keep nothing, show us in no frame.

OWASP ASVS 5.0, 3.4 and 14.3.2; no inline script or style anywhere.
"""

from http import HTTPStatus

from flask import Flask, Response, request

from web.access import STATIC
from web.portal import portal


def content_security_policy(card_page_origin: str) -> str:
    """Return the policy; forms may lead to the card page and nowhere else outside."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {card_page_origin}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_headers(response: Response) -> Response:
    """Add the headers; what a view set itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    policy = content_security_policy(portal().card_page_origin)
    response.headers.setdefault("Content-Security-Policy", policy)
    if portal().base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint not in STATIC or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(add_headers)
