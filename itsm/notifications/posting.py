"""Sending over HTTP: once, without following anybody elsewhere, and with an end.

Nothing of the machine's environment is used: no proxy, no .netrc. Whatever goes wrong is told without the address,
which carries a robot's key.
"""

import time

from django.conf import settings
from django.utils.translation import gettext as _
from requests import Response, Session
from requests.exceptions import ConnectTimeout, ReadTimeout, RequestException, SSLError, Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError

from itsm.notifications.errors import NotDelivered
from itsm.notifications.payloads import Request

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5, 10, 15
MOST_BYTES = 64 * 1024


def post(request: Request, *, proxied: bool = False) -> tuple[int, bytes]:
    """Send it; return the status and the beginning of the answer. proxied: by the proxy of the settings.

    Raises NotDelivered when nobody answers in time, or the answer leads elsewhere.
    """
    try:
        status, body = _post(request, proxied)
    except (RequestException, HTTPError) as error:
        raise NotDelivered(_sentence(error), is_away=True) from None  # the error's own words quote the address
    if 300 <= status < 400:
        raise NotDelivered(_("It sends elsewhere (HTTP %(status)s); enter the final address.") % {"status": status})
    return status, body


def _post(request: Request, proxied: bool) -> tuple[int, bytes]:
    with Session() as session:
        session.trust_env = False
        if proxied and settings.OUTBOUND_PROXY:
            session.proxies = {"http": settings.OUTBOUND_PROXY, "https": settings.OUTBOUND_PROXY}
        response = session.post(
            request.url,
            data=request.body,
            headers=dict(request.headers),
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
            verify=settings.OUTBOUND_CA_FILE or True,
        )
        with response:
            return response.status_code, _beginning(response)


def _beginning(response: Response) -> bytes:
    found, began = b"", time.monotonic()
    while len(found) < MOST_BYTES and (part := response.raw.read1(MOST_BYTES - len(found), decode_content=True)):
        found += part
        if time.monotonic() - began > WHOLE_SECONDS:
            raise ReadTimeout
    return found


def _sentence(error: Exception) -> str:
    if isinstance(error, SSLError):
        return _("Its certificate is not trusted.")
    if isinstance(error, (Timeout, ReadTimeoutError)) and not isinstance(error, ConnectTimeout):
        return _("It did not answer within %(seconds)s seconds.") % {"seconds": READ_SECONDS}
    return _("It cannot be reached (%(fault)s).") % {"fault": type(error).__name__}
