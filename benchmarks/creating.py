"""Tickets per second through the public form: eight clients, with the form's CSRF token."""

import contextlib
import http.client
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from benchmarks.processes import Web
from benchmarks.report import WrongAnswer
from itsm.accounts.models import Department
from itsm.catalog.models import System
from tickets.models import Ticket

CLIENTS, ROUNDS, SECONDS = 8, 3, 4.0
TEXT = "护士站打印机卡纸，检验报告打不出来，重启过一次没有用，病人在等，请尽快派人到现场看一下，谢谢。"


@dataclass
class Rate:
    """What one web made of the form."""

    made: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Tickets per second."""
        return self.made / self.seconds

    @property
    def cpu(self) -> float:
        """CPU milliseconds per ticket, web and database together."""
        return self.cpu_seconds * 1000 / self.made


def fields_of_product() -> dict[str, str]:
    """The public form, filled in; the key is new for every sending."""
    return {"name": "王医生", "phone": "2316", "location": "护士站", **_choices(), "key": ""}


def fields_of_floor() -> dict[str, str]:
    """The same for the floor's form."""
    return {"reporter_name": "王医生", "reporter_phone": "2316", "location": "护士站", **_choices()}


def _choices() -> dict[str, str]:
    return {
        "department": str(Department.objects.get(code="XHNK").pk),
        "system": str(System.objects.get(code="LIS").pk),
        "description": TEXT,
        "impact": "3",
        "urgency": "2",
    }


def race(product: Web, floor: Web) -> tuple[Rate, Rate]:
    """Both webs by turns. Raises WrongAnswer when a form is refused, or a ticket answered for is not stored."""
    rates = Rate(), Rate()
    sides = ((product, fields_of_product(), "GD", rates[0]), (floor, fields_of_floor(), "FL", rates[1]))
    for round_number in range(ROUNDS + 1):
        for web, fields, prefix, rate in sides:
            spare = Rate()
            _rush(web, fields, prefix, rate if round_number else spare, SECONDS if round_number else 1.0)
    return rates


def _rush(web: Web, fields: dict[str, str], prefix: str, rate: Rate, seconds: float) -> None:
    stored = Ticket.objects.filter(number__startswith=prefix)
    before, cpu_before, began = stored.count(), web.cpu_seconds(), time.monotonic()
    answers: list[str] = []
    with ThreadPoolExecutor(CLIENTS) as pool:
        sent = [pool.submit(_send, web, dict(fields), began + seconds) for _ in range(CLIENTS)]
        for one in sent:
            answers += one.result()
    rate.seconds += time.monotonic() - began
    rate.cpu_seconds += web.cpu_seconds() - cpu_before
    rate.made += len(answers)
    if not answers or stored.count() - before != len(set(answers)):
        raise WrongAnswer(f"{web.name} answered {len(answers)} reports, and stored {stored.count() - before} tickets.")


def _send(web: Web, fields: dict[str, str], until: float) -> list[str]:
    """Open the form once, then send it again and again; returns the receipts' addresses."""
    with contextlib.closing(Browser(web)) as browser:
        fields["csrfmiddlewaretoken"] = browser.hidden("/report/", "csrfmiddlewaretoken")
        receipts = []
        while time.monotonic() < until:
            if "key" in fields:
                fields["key"] = str(uuid.uuid4())
            status, location = browser.post("/report/", fields)
            if status != 302 or not location.startswith("/report/"):
                raise WrongAnswer(f"{web.name} answered the public form with status {status}, not with a receipt.")
            receipts.append(location)
    return receipts


class Browser:
    """What a reporter's browser does: one connection, kept alive; every cookie is sent back."""

    def __init__(self, web: Web) -> None:
        self._web, self._cookies = web, SimpleCookie()
        self._client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)

    def hidden(self, path: str, name: str) -> str:
        """The value of a page's hidden field."""
        status, _location, page = self._ask("GET", path, None)
        found = re.search(f'name="{name}" value="([^"]+)"', page)
        if status != 200 or found is None:
            raise WrongAnswer(f"{self._web.name} answered GET {path} with status {status} and without its {name}.")
        return found[1]

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Send a form; status and where it leads to."""
        return self._ask("POST", path, urlencode(fields))[:2]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())
        headers = {"Host": "localhost", "Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        self._client.request(method, path, body, headers)
        answer = self._client.getresponse()
        for cookie in answer.msg.get_all("Set-Cookie", ()):
            self._cookies.load(cookie)
        return answer.status, answer.getheader("Location") or "", answer.read().decode()

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()


def gaps() -> int:
    """How many numbers are missing on the day of the last ticket."""
    last = Ticket.objects.filter(number__startswith="GD").order_by("-opened_at", "-number").first()
    day = last.number.partition("-")[0]
    taken = [int(number.partition("-")[2]) for number in _numbers(day)]
    return max(taken) - len(set(taken))


def _numbers(day: str) -> list[str]:
    return list(Ticket.objects.filter(number__startswith=f"{day}-").values_list("number", flat=True))
