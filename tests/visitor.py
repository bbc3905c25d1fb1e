"""A browser without pictures, for requests to a real server: keeps cookies and follows no redirect."""

import html
import re
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit


class Answer(NamedTuple):
    """What the server said, and how long it took."""

    status: int
    location: str
    text: str
    seconds: float


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        """Follow nothing."""


class Visitor:
    """One person at one machine; `address` is http://host:port."""

    def __init__(self, address: str, seconds: float = 30) -> None:
        self._address, self._seconds, self._cookies = address, seconds, CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies), _Stay
        )

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._send(path, None)

    def post(self, path: str, **fields: object) -> Answer:
        """Send a form, with the token against forgery that a page gave before."""
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        return self._send(path, urlencode({"csrfmiddlewaretoken": token, **fields}).encode())

    def key(self, path: str) -> str:
        """The idempotency key that the page's form was given."""
        field = re.search(r'<input[^>]*name="key"[^>]*>', self.get(path).text)
        assert field, f"no key in {path}"
        return re.search(r'value="([^"]+)"', field[0])[1]

    def sign_in(self, work_number: str, password: str) -> Answer:
        """Open the sign-in page, then send it."""
        self.get("/sign-in/")
        return self.post("/sign-in/", username=work_number, password=password)

    def _send(self, path: str, data: bytes | None) -> Answer:
        began = time.monotonic()
        try:
            with self._opener.open(self._address + path, data, self._seconds) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            with error as answer:
                text = answer.read().decode()
        location = urlsplit(answer.headers.get("Location", "")).path
        return Answer(answer.status, location, html.unescape(text), time.monotonic() - began)
