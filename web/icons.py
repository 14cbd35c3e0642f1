"""Icons from the Bootstrap Icons that Bootstrap-Flask carries, drawn in place: only those used."""

import re
from functools import cache
from importlib.resources import files

from flask import Flask
from markupsafe import Markup


@cache
def sprite() -> str:
    """Return the whole set; it is read once and never sent."""
    folder = files("flask_bootstrap") / "static" / "bootstrap5" / "icons"
    return (folder / "bootstrap-icons.svg").read_text()


@cache
def icon(name: str) -> Markup:
    """Return one icon, for eyes only."""
    found = re.search(
        rf'<symbol [^>]*viewBox="([^"]+)"[^>]*id="{re.escape(name)}"[^>]*>(.*?)</symbol>',
        sprite(),
        re.DOTALL,
    )
    if found is None:
        raise LookupError(f"there is no icon {name}")
    box, shape = found.groups()
    return Markup(  # noqa: S704 - from the installed package, not from people
        f'<svg class="icon" viewBox="{box}" aria-hidden="true" focusable="false">{shape}</svg>'
    )


def install(app: Flask) -> None:
    """Give the icons to every template."""
    app.jinja_env.globals["icon"] = icon
