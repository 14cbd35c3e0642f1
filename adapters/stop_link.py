"""The header fields with which a mail program offers to stop mails of one kind, by one click.

RFC 2369 and RFC 8058: the program posts `List-Unsubscribe=One-Click` to the link, and nothing else
is asked. Both fields have to be under the signature of whoever sends (DKIM).
"""


def stop_headers(link: str | None) -> dict[str, str]:
    """Return the fields for a link; none without one. Characters that no link has are left out."""
    if not link:
        return {}
    whole = "".join(sign for sign in link if "!" <= sign <= "~" and sign not in "<>")
    return {
        "List-Unsubscribe": f"<{whole}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
