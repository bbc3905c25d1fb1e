"""PURE: what may be an address to send to, and what of it may be shown."""

from urllib.parse import urlsplit

HIDDEN = "******"
SCHEMES = ("http", "https")
MOST = 2000


def host_of(url: str) -> str:
    """The scheme and the host with its port: what of an address is no secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"[:255]


def shown(host: str) -> str:
    """How an address is shown."""
    return f"{host}/{HIDDEN}" if host else ""


def is_address(url: str) -> bool:
    """Whether it is a plain http or https address: no sign-in in it, no part after #, nothing invisible.

    Hosts of the own network are as good as any other.
    """
    if len(url) > MOST or not url.isprintable() or any(sign.isspace() for sign in url):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in SCHEMES
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and not parts.fragment
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:  # a port that is none, a bracket too many
        return False
