"""PURE: what may be an address to send to, and what of it may be shown."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

HIDDEN = "******"
SCHEMES = ("http", "https")
MOST = 2000
# Programs read a netloc with other signs in it in different ways.
_PLAIN = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")


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
            and _PLAIN.fullmatch(parts.netloc) is not None
            and not parts.fragment
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:  # a port that is none, a bracket too many
        return False


def is_allowed(url: str, hosts: Iterable[str]) -> bool:
    """Whether the address stands on one of these hosts. hosts: name, name:port, or .domain for all below it.

    A host that is named without a port is allowed at the usual port of its scheme alone.
    """
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    name, port = (parts.hostname or "").rstrip("."), parts.port or usual
    return any(_covers(host.lower(), name, port, usual) for host in hosts)


def _covers(host: str, name: str, port: int | None, usual: int | None) -> bool:
    wanted, _colon, number = host.rpartition(":") if host.rpartition(":")[2].isdecimal() else (host, "", "")
    if port != (int(number) if number else usual):
        return False
    return name.endswith(wanted) and name != wanted if wanted.startswith(".") else name == wanted.strip("[]")
