"""Tickets per second through the public form: eight clients, with the form's CSRF token."""

import http.client
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.processes import Web
from itsm.accounts.models import Department
from itsm.catalog.models import System
from tickets.models import Ticket

CLIENTS, ROUNDS, SECONDS = 8, 3, 4.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TEXT = "护士站打印机卡纸，检验报告打不出来，重启过一次没有用，病人在等，请尽快派人到现场看一下，谢谢。"


@dataclass
class Rate:
    """What one web made of the form."""

    made: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Tickets per second."""
        return self.made / self.seconds

    @property
    def cpu(self) -> float:
        """CPU milliseconds per ticket, web and database together."""
        return self.cpu_seconds * 1000 / max(self.made, 1)


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
    """Both webs by turns; every ticket that was answered for must be in the database."""
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
    clients = [
        threading.Thread(target=_send, args=(web, dict(fields), began + seconds, answers, rate.wrong))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    rate.seconds += time.monotonic() - began
    rate.cpu_seconds += web.cpu_seconds() - cpu_before
    rate.made += len(answers)
    if stored.count() - before != len(set(answers)):
        rate.wrong.append(f"{len(answers)} answered, {stored.count() - before} stored")


def _send(web: Web, fields: dict[str, str], until: float, answers: list[str], wrong: list[str]) -> None:
    client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    client.request("GET", "/report/", headers={"Host": "localhost"})
    answer = client.getresponse()
    page, cookie = answer.read().decode(), (answer.getheader("Set-Cookie") or "").partition(";")[0]
    fields["csrfmiddlewaretoken"] = _TOKEN.search(page)[1]
    headers = {"Host": "localhost", "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    while time.monotonic() < until:
        if "key" in fields:
            fields["key"] = str(uuid.uuid4())
        client.request("POST", "/report/", urlencode(fields), headers)
        answer = client.getresponse()
        answer.read()
        location = answer.getheader("Location") or ""
        if answer.status == 302 and location.startswith("/report/"):
            answers.append(location)
        else:
            wrong.append(f"status {answer.status}")
    client.close()


def gaps() -> int:
    """How many numbers are missing on the day of the last ticket."""
    last = Ticket.objects.filter(number__startswith="GD").order_by("-opened_at", "-number").first()
    day = last.number.partition("-")[0]
    taken = [int(number.partition("-")[2]) for number in _numbers(day)]
    return max(taken) - len(set(taken))


def _numbers(day: str) -> list[str]:
    return list(Ticket.objects.filter(number__startswith=f"{day}-").values_list("number", flat=True))
