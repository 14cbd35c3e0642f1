"""The browser of who signs in, known by a random name in a cookie that holds nothing else."""

import re

from flask import g, request
from werkzeug.wrappers import Response

from domain.device import DEVICE_LASTS
from web.portal import portal

NAME = re.compile(r"[A-Za-z0-9_-]{22,64}")


def cookie() -> str:
    """Return what the cookie is called; over TLS no other host can set it (RFC 6265bis, 4.1.3)."""
    return "__Host-device" if is_secure() else "device"


def is_secure() -> bool:
    """Say whether we are reached over TLS."""
    return portal().base_url.startswith("https:")


def device() -> str:
    """Return the name of this browser, a new one if it has none; within a request it is one."""
    if "device" not in g:
        told = request.cookies.get(cookie(), "")
        g.device = told if NAME.fullmatch(told) else portal().signing_in.devices.draw()
    return str(g.device)


def keeping(name: str, answer: Response) -> Response:
    """Let the browser keep a name."""
    answer.set_cookie(
        cookie(),
        name,
        max_age=DEVICE_LASTS,
        httponly=True,
        secure=is_secure(),
        samesite="Lax",
        path="/",
    )
    return answer
