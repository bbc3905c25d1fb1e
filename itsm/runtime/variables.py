"""The environment that the processes of this product are given."""

import os
import secrets
from pathlib import Path

from itsm.runtime.places import Places
from itsm.runtime.ports import Address

_COMMAND_SECONDS = "600"
_LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
_PERSONAL = ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SUDO_USER", "MAIL")


def demo(places: Places, address: Address, database_url: str, redis_url: str) -> dict[str, str]:
    """For the services of `up` and for `manage`: a demo, unless the caller's environment says otherwise."""
    own = {
        "DEMO": "1",
        "PUBLIC_URL": address.url.rstrip("/"),
        "ALLOWED_HOSTS": _LOCAL_HOSTS if address.is_local else "*",
    }
    if "SECRET_KEY" not in os.environ and "SECRET_KEY_FILE" not in os.environ:
        own["SECRET_KEY_FILE"] = str(places.secret_key)
    return {**own, **_inherited(places), **_servers(places.state, database_url, redis_url)}


def commands(environment: dict[str, str]) -> dict[str, str]:
    """The same for a management command, whose statements may take longer than a page's."""
    return {**environment, "STATEMENT_TIMEOUT_SECONDS": os.environ.get("STATEMENT_TIMEOUT_SECONDS", _COMMAND_SECONDS)}


def throwaway(state: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """For tests and benchmarks: nothing of a demo, no state but `state`."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DEMO", "DEBUG", "SECRET_KEY_FILE"}}
    return {
        **inherited,
        **_servers(state, database_url, redis_url),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": _LOCAL_HOSTS,
        "BEHIND_TLS": "0",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


def _servers(state: Path, database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "STATE_DIR": str(state),
        "DJANGO_SETTINGS_MODULE": "itsm.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _inherited(places: Places) -> dict[str, str]:
    """The caller's variables; what belongs to root's own home is left out for another account."""
    inherited = dict(os.environ)
    if places.account.switch:
        for name in _PERSONAL:
            inherited.pop(name, None)
        inherited |= {"HOME": str(places.state), "USER": places.account.name, "LOGNAME": places.account.name}
    return inherited
