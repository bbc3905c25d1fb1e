"""Readers of environment settings: each gives a typed value or refuses to start with a sentence."""

import os
from datetime import time
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_OWN_HOSTS = {"localhost", "127.0.0.1", "::1"}
DIRECTORY_SECONDS = 3


def text(name: str, default: str = "") -> str:
    """The variable's text, or the first line of the file that NAME_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return os.environ.get(name, default)


def boolean(name: str, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off; anything else refuses to start."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number not below `least`; anything else refuses to start."""
    value = os.environ.get(name, str(default))
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {number}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty parts."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def hours(name: str, default: str) -> tuple[time, time] | None:
    """Two times of the day like 22:00-07:00, or nothing; anything else refuses to start."""
    value = text(name, default).strip()
    if not value:
        return None
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must look like 22:00-07:00, not {value!r}.") from error
    if begin == end:
        raise ImproperlyConfigured(f"{name} must end at another time than it begins.")
    return begin, end


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    """One of these words; anything else refuses to start."""
    value = text(name, default) or default
    if value not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, not {value!r}.")
    return value


def check_together(*names: str) -> None:
    """Settings that make sense only together: all of them or none; half of them refuses to start."""
    values = {name: text(name) for name in names}
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(names):
        given = next(name for name, value in values.items() if value)
        raise ImproperlyConfigured(f"{given} is set; then {', '.join(missing)} must be set too.")
    for name, value in values.items():
        if value and name.endswith("_ADDRESS") and "@" not in value:
            raise ImproperlyConfigured(f"{name} must be an e-mail address, not {value!r}.")


def other(name: str, default: str, *, than: str) -> str:
    """A text that must differ from another setting's."""
    value = text(name, default)
    if value == than:
        raise ImproperlyConfigured(f"{name} must be something other than {than!r}.")
    return value


def secret(name: str, *, lax: bool) -> str:
    """A secret of 32 characters or more; `lax` (a development machine) gives a fixed stand-in."""
    value = text(name)
    if not value and lax:
        return "development-only-secret-that-never-serves-a-hospital"
    if len(value) < 32 or value.startswith(("development-only", "change-me")):
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) needs a secret of at least 32 characters.")
    return value


def optional_secret(name: str, *, least: int) -> str:
    """A secret of at least that many characters, or none; a short one or a stand-in refuses to start."""
    value = text(name)
    if value and (len(value) < least or value.startswith(("development-only", "change-me"))):
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) needs a secret of at least {least} characters, or none.")
    return value


def database(name: str, default: str) -> dict[str, object]:
    """Django's database settings from a postgresql:// URL; a quoted host is a socket directory."""
    parts = urlsplit(text(name, default))
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/name.")
    host = parts.netloc.rpartition("@")[2]
    if not host.startswith("["):
        host = host.partition(":")[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host).strip("[]"),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def openid_connect(url: str, name: str, claim: str, client: str, password: str) -> dict[str, Any]:
    """The settings of the one OpenID Connect provider; nothing without a url, refuses half of them."""
    if not url:
        return {}
    if not client or not password:
        raise ImproperlyConfigured("OIDC_URL also needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET (or its _FILE).")
    app = {
        "provider_id": "oidc",
        "name": name,
        "client_id": client,
        "secret": password,
        "settings": {"server_url": url, "uid_field": claim, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def ldap_search(name: str, pattern: str) -> Any:
    """Where LDAP looks people up: below the entry that the variable names, by the filter.

    Refuses to start with a sentence when the optional packages are missing.
    """
    base = text(name)
    if not base:
        raise ImproperlyConfigured(f"LDAP_URL also needs {name}: the entry below which people stand.")
    return _ldap("django_auth_ldap.config").LDAPSearch(base, _ldap("ldap").SCOPE_SUBTREE, pattern)


def directory_address(urls: str, start_tls: bool) -> str:
    """LDAP_URL: addresses with spaces between; refuses to start when a password would travel in the open."""
    for url in urls.split():
        parts = urlsplit(url)
        if parts.scheme not in {"ldap", "ldaps", "ldapi"}:
            raise ImproperlyConfigured(f"LDAP_URL must begin with ldaps:// or ldap://, not {url!r}.")
        if parts.scheme == "ldap" and not start_tls and parts.hostname not in _OWN_HOSTS:
            raise ImproperlyConfigured("LDAP_URL would send passwords in the open: ldaps://, or LDAP_START_TLS=1.")
    return urls


def directory_options(authorities: str) -> dict[int, Any]:
    """How a directory is spoken to: never waited for longer than DIRECTORY_SECONDS, its certificate always checked.

    authorities: a file of certificates (PEM) in place of the machine's.
    """
    if authorities and not Path(authorities).is_file():
        raise ImproperlyConfigured(f"LDAP_CA_FILE is no file: {authorities}")
    ldap = _ldap("ldap")
    found = {
        ldap.OPT_NETWORK_TIMEOUT: DIRECTORY_SECONDS,
        ldap.OPT_TIMEOUT: DIRECTORY_SECONDS,
        ldap.OPT_REFERRALS: 0,  # Active Directory points to other servers, which nobody has named here
        ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND,
        **({ldap.OPT_X_TLS_CACERTFILE: authorities} if authorities else {}),
    }
    return {**found, ldap.OPT_X_TLS_NEWCTX: 0}  # last: it takes what was set before it


def _ldap(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise ImproperlyConfigured(
            "LDAP_URL is set, but django-auth-ldap is not installed: see 'Sign-in by LDAP' in docs/running.md."
        ) from error
