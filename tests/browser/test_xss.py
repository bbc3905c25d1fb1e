"""What people type stays text: every payload in every field that a person can fill, on every page that shows it."""

import pytest
from django.db import models
from playwright.sync_api import Browser, Page

from documents.models import StoredFile
from itsm.accounts.models import User
from itsm.catalog.models import Category, ChecklistItem, ServiceVersion
from itsm.imports import receiving, running
from tests import factories
from tests.browser.conftest import DESKTOP, session_of
from tests.browser.payloads import PAYLOADS, PROBE, SHORT
from tests.catalog import agreements
from tests.imports import sheets
from tests.tickets.stages import PARTICULARS, reporter
from tickets import conversation, fieldwork, lifecycle, particulars
from tickets.enums import Answer, SafetyItem, Tool
from tickets.models import Check, Ticket
from tickets.work import Done, Remote, Reply

START = factories.at("2026-09-24 09:00")
JOINED = "\n".join(PAYLOADS)
SERVICE_TEXTS = ("name", "description", "audience", "hours", "channel", "deliverable", "level", "responsible")
WATCH = """
window.xss = () => { window.xssRan = true; };
addEventListener("securitypolicyviolation", (event) => {
  (window.violations ||= []).push(event.violatedDirective + " " + event.sample);
});
"""
LOOK = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)].map((element) => element.outerHTML);
  return {
    ran: window.xssRan,
    policy: window.violations || [],
    drawn: all("[data-xss], [onerror], [onload], [onfocus], [onmouseover]"),
    links: all("[href^='javascript:' i], [action^='javascript:' i]"),
    text: document.documentElement.textContent,
  };
}"""


class Guard:
    """A page that notes whatever a payload could bring about."""

    def __init__(self, browser: Browser, url: str, user: User | None) -> None:
        self.faults: list[str] = []
        self.context = browser.new_context(
            base_url=url, viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="zh-CN"
        )
        if user:
            self.context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": url}])
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("dialog", lambda dialog: self._dialog(dialog))
        self.page.on("request", lambda request: self._request(request, url))
        self.page.on("console", lambda message: self._console(message))
        self.page.on("pageerror", lambda error: self.faults.append(f"error {error}"))

    def _dialog(self, dialog: object) -> None:
        self.faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: object, url: str) -> None:
        if PROBE in request.url.partition("?")[0] or not request.url.startswith((url, "data:", "blob:")):
            self.faults.append(f"request {request.url}")

    def _console(self, message: object) -> None:
        if "Content Security Policy" in message.text or (
            message.type == "error" and "Failed to load" not in message.text
        ):
            self.faults.append(f"console {message.text}")

    def look(self, path: str = "") -> str:
        """Open an address and return its text; note what ran or was drawn there."""
        if path:
            self.page.goto(path, wait_until="load")
        found = self.page.evaluate(LOOK)
        for name in ("ran", "policy", "drawn", "links"):
            if found[name]:
                self.faults.append(f"{path or self.page.url}: {name} {found[name]}")
        return found["text"]


@pytest.fixture
def guard(browser, live_server):
    """`guard(user)`: a guarded page; at the end nothing may have run, been fetched, drawn or refused."""
    opened: list[Guard] = []

    def at(user: User | None = None) -> Guard:
        opened.append(Guard(browser, live_server.url, user))
        return opened[-1]

    yield at
    for one in opened:
        one.context.close()
    assert [fault for one in opened for fault in one.faults] == []


class Spoiled:
    """A hospital in which every name and every text of every ticket is a payload."""

    def __init__(self) -> None:
        factories.reference()
        names = iter(SHORT * 9)
        self.vendor = factories.vendor(name=next(names))
        self.departments = [factories.department(name=name, initials=name) for name in SHORT]
        self.engineer = factories.user("ENG", "PM", name=next(names), job_title=next(names), vendor=self.vendor)
        self.colleagues = [factories.user("ENG", name=name, job_title=name) for name in SHORT]
        self.systems = [
            factories.system(name=name, initials=name[:40], primary_owner=self.engineer, vendor=self.vendor)
            for name in SHORT
        ]
        self.modules = [factories.module(self.systems[0], name=name) for name in SHORT]
        self.categories = [factories.category(name=name) for name in SHORT]
        Category.objects.filter(parent=None).update(name=SHORT[0])
        self.tickets = [self._ticket(number, payload) for number, payload in enumerate(PAYLOADS)]

    def _ticket(self, number: int, payload: str) -> Ticket:
        """In the engineer's hands again after the whole way, with this payload in every text."""
        short = payload if payload in SHORT else SHORT[number % len(SHORT)]
        pick = number % len(SHORT)
        ticket = factories.ticket(
            moment=START,
            title=payload[:120],
            description=payload,
            reporter_name=short,
            reporter_phone=f"{short[:37]}231",
            location=payload[:80],
            department=self.departments[pick],
            system=self.systems[pick],
            module=self.modules[pick],
            category=self.categories[pick],
        )
        engineer, own = self.engineer, reporter(ticket)
        conversation.reply(ticket, by=own, at=START, body=payload)
        conversation.reply(ticket, by=engineer, at=START, body=payload)
        lifecycle.claim(ticket, by=engineer, at=START)
        lifecycle.transfer(ticket, by=engineer, at=START, assignee=self.colleagues[pick], reason=payload)
        lifecycle.transfer(ticket, by=engineer, at=START, assignee=engineer, reason=payload)
        conversation.note(ticket, by=engineer, at=START, body=payload)
        ticket = lifecycle.claim(ticket, by=engineer, at=START)
        conversation.edit(ticket, by=engineer, at=START, version=ticket.version, changes={"title": f"{payload[:110]} "})
        lifecycle.hold(ticket, by=engineer, at=START, hold_reason="requester", note=payload)
        lifecycle.resume(ticket, by=engineer, at=START)
        lifecycle.resolve(ticket, by=engineer, at=START, solution=payload)
        conversation.rate(ticket, by=own, at=START, rating=1, comment=payload)
        return lifecycle.reopen(ticket, by=own, at=START, reason=payload)


@pytest.fixture
def spoiled(live_server):
    return Spoiled()


def test_there_are_30_payloads_and_more():
    assert (len(PAYLOADS) >= 30, len(SHORT) >= 15, len(set(PAYLOADS))) == (True, True, len(PAYLOADS))


def test_a_page_that_forgets_to_escape_is_found(guard, live_server, browser):
    """The watch itself: each of its senses sees what it is there for."""
    careless = Guard(browser, live_server.url, None)
    careless.page.goto("/sign-in/")
    careless.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img data-xss src=x onerror=xss()>')")
    careless.page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '<img src={PROBE}>')")
    careless.page.wait_for_timeout(300)
    careless.look()
    seen = " ".join(careless.faults)
    careless.context.close()
    assert [word in seen for word in ("Content Security Policy", "drawn", "request", "policy")] == [True] * 4


def test_every_text_stays_text_on_every_page(guard, spoiled):
    """Every ticket's page at the desk and for its reporter, lists, forms, selects, toasts and refusals."""
    desk, visitor = guard(spoiled.engineer), guard()
    for ticket, payload in zip(spoiled.tickets, PAYLOADS, strict=True):
        shown = desk.look(ticket.get_absolute_url())
        assert shown.count(payload) >= 8, payload
        assert payload in visitor.look(f"/track/{ticket.token}/")
    look_at_lists(desk)
    look_at_selects(desk, "/tickets/new/", f"{spoiled.tickets[0].get_absolute_url()}edit/")
    look_at_selects(visitor, "/report/")
    visitor.look(f"/report/{spoiled.tickets[0].token}/")
    look_at_toasts(desk, spoiled)


def look_at_lists(desk: Guard) -> None:
    for path in (
        "/",
        "/tickets/",
        "/tickets/?tab=all&sort=reported",
        "/tickets/mine/",
        "/inbox/",
        "/tickets/?filters=1",
    ):
        desk.look(path)


def look_at_selects(guard: Guard, *paths: str) -> None:
    for path in paths:
        guard.look(path)
        open_selects(guard)


def look_at_toasts(desk: Guard, spoiled: Spoiled) -> None:
    """A toast of every payload, and a refusal that names a person, fetched by HTMX."""
    ticket, other = spoiled.tickets[0], spoiled.colleagues[5]
    desk.page.goto(ticket.get_absolute_url())
    for payload in PAYLOADS:
        desk.page.evaluate(
            "(text) => document.dispatchEvent(new CustomEvent('toast', {detail: {text, error: true}}))", payload
        )
    Ticket.objects.filter(pk=ticket.pk).update(assignee=other, state="on_hold", hold_reason="requester")
    desk.page.locator("#verb-resolve > summary").click()
    desk.page.locator("#resolve_solution").fill(PAYLOADS[5])
    with desk.page.expect_response(lambda response: response.url.endswith("/resolve/")):
        desk.page.locator("#verb-resolve button[type=submit]").click()
    desk.page.locator(".toast-c.is-error", has_text=other.name).last.wait_for()
    desk.look()


def open_selects(guard: Guard) -> None:
    """Every searchable select, opened and searched, draws its options as text."""
    for control in guard.page.locator(".ts-control").all():
        if control.is_visible():
            control.click()
            guard.page.keyboard.type("<")
            guard.look()
            guard.page.keyboard.press("Escape")


def test_a_search_shows_its_words_as_text(guard, stage):
    desk = guard(stage.desk)
    desk.page.goto("/tickets/")
    for payload in PAYLOADS[::3]:
        with desk.page.expect_navigation():
            desk.page.evaluate("(q) => { location.search = new URLSearchParams({q, sort: q, tab: q}); }", payload)
        assert payload.strip()[:40] in desk.look()


def test_refused_forms_bring_payloads_back_as_text(guard, stage):
    visitor = guard()
    visitor.page.goto("/report/")
    for payload in PAYLOADS[::6]:
        visitor.page.evaluate("document.querySelector('form[data-remember]').noValidate = true")
        visitor.page.get_by_label("您的姓名").fill(payload[:40])
        visitor.page.get_by_label("电话或分机").fill("转")
        visitor.page.get_by_label("故障现象").fill(payload)
        visitor.page.get_by_role("button", name="提交报修").click()
        visitor.page.wait_for_load_state("load")
        visitor.look()
        assert visitor.page.get_by_label("故障现象").input_value() == payload


def test_a_payload_sent_by_the_pages_own_forms_stays_text(guard, stage):
    """Typed and sent by HTMX, so that the fragment is swapped in by script."""
    ticket = factories.ticket(department=stage.department, system=stage.system)
    desk = guard(stage.desk)
    desk.page.goto(ticket.get_absolute_url())
    for payload in PAYLOADS[:6] + PAYLOADS[26:33]:
        desk.page.locator(".compose-note > summary").click()
        desk.page.locator("#note_body").fill(payload)
        with desk.page.expect_response(lambda response: response.url.endswith("/note/")):
            desk.page.locator(".compose-note button[type=submit]").click()
        desk.page.locator(".is-note .bubble").last.wait_for()
        desk.look()


def cut(field: models.Field, number: int) -> str:
    """What goes into a column: as many payloads as it holds, or one that fits."""
    if not field.max_length or field.max_length >= len(JOINED):
        return JOINED
    fitting = [payload for payload in PAYLOADS if len(payload) <= field.max_length] or ["<b data-xss>"]
    return fitting[number % len(fitting)][: field.max_length]


def spoil(record: models.Model, *besides: str, **also: object) -> models.Model:
    """Fill every free text column of the row with payloads, past every form; codes and states stay."""
    kept = {"code", "number", "initials", "password", "work_number", "sha256", "table", "finding", *besides}
    columns = [f for f in record._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
    texts = {f.name: cut(f, place) for place, f in enumerate(columns) if not f.choices and f.name not in kept}
    type(record)._base_manager.filter(pk=record.pk).update(**texts, **also)
    record.refresh_from_db()
    return record


def spoiled_kinds() -> list[Ticket]:
    """A ticket of every kind, a risky one done remotely, and one with files: every text of theirs a payload."""
    tickets = [factories.ticket(moment=START, kind=kind, particulars=PARTICULARS[kind]) for kind in PARTICULARS]
    engineer = factories.user("ENG")
    risky = lifecycle.claim(factories.ticket(moment=START, is_risky=True), by=engineer, at=START)
    replies = {item: Reply(Answer.NOT_APPLICABLE, SHORT[0]) for item in SafetyItem}
    fieldwork.secure(risky, by=engineer, at=START, replies=replies)
    remote = Remote(Tool.DESKTOP, START, START, JOINED)
    tickets.append(lifecycle.resolve(risky, by=engineer, at=START, solution=JOINED, done=Done("remote", remote=remote)))
    for ticket in tickets:
        spoil(ticket, "hold_reason", "token", "origin", scope_by_hand=True)
        if detail := particulars.of(Ticket.objects.get(pk=ticket.pk)):
            spoil(detail, **({"verified": True} if ticket.kind == "complaint" else {}))
    for check in Check.objects.all():
        spoil(check, "item")
    for payload in SHORT[:6]:
        factories.attachment(risky, factories.upload())
        spoil(StoredFile.objects.latest("pk"))
        StoredFile.objects.filter(pk=StoredFile.objects.latest("pk").pk).update(name=payload)
    return tickets


def test_what_a_kind_has_to_say_stays_text(guard, live_server, media):
    factories.reference()
    desk, visitor = guard(factories.user("PM", "DSK")), guard()
    for ticket in spoiled_kinds():
        url = ticket.get_absolute_url()
        for path in (url, f"{url}edit/") if ticket.is_open else (url,):
            assert "data-xss" in desk.look(path), path
        assert "data-xss" in visitor.look(f"/track/{ticket.token}/")
    assert desk.look(f"/tickets/{Check.objects.first().ticket.number}/").count(SHORT[0]) >= 1
    preview = StoredFile.objects.latest("pk").attachment
    assert "data-xss" in desk.look(f"{preview.path}preview/")


def test_a_refused_kind_comes_back_as_text(guard, stage):
    """The intake's and a verb's own fields, refused by the server, hold what was typed."""
    desk = guard(stage.desk)
    for kind, names in {"bug": ("found_in", "steps"), "data_correction": ("scope", "reason")}.items():
        desk.page.goto("/tickets/new/")
        desk.page.locator(f"[name=kind][value={kind}]").check(force=True)
        desk.page.evaluate("document.querySelector('#intake').noValidate = true")
        for place, name in enumerate(names):
            desk.page.locator(f"[name={kind}-{name}]").fill(SHORT[place])
        desk.page.locator("#intake [data-submit]").click()
        desk.page.locator(".errorlist, .invalid-feedback").first.wait_for()
        desk.look()
        assert desk.page.locator(f"[name={kind}-{names[0]}]").input_value() == SHORT[0]


def spoiled_records() -> list[str]:
    """Contract, paper, contact, service, item, vendor, system and their relations; the addresses that show them."""
    vendor = spoil(factories.vendor(kind="contractor"))
    system = factories.system(vendor=vendor)
    contract = agreements.signed(contractor=vendor, scope_text=JOINED[:5000])
    paper, contact = agreements.paper(vendor=vendor), agreements.contact(vendor=vendor)
    texts = {name: cut(ServiceVersion._meta.get_field(name), place) for place, name in enumerate(SERVICE_TEXTS)}
    service = agreements.service(**texts)
    item, other = agreements.item(system=system), agreements.item()
    relation = agreements.leans(item, other)
    for record in (system, contract, paper, contact, item, other, relation):
        spoil(record)
    for line, payload in zip(ChecklistItem.objects.all()[:6], SHORT, strict=False):
        ChecklistItem.objects.filter(pk=line.pk).update(text=payload)
    found = [contract, paper, service, item]
    nouns = {"systems": system, "vendors": vendor, "contacts": contact, "papers": paper, "items": item}
    return [
        *(record.get_absolute_url() for record in found),
        *(f"/catalog/{noun}/" for noun in nouns),
        *(f"/catalog/{noun}/{record.pk}/{verb}" for noun, record in nouns.items() for verb in ("", "edit/")),
        f"/catalog/contracts/{contract.pk}/scope/",
        f"/catalog/items/{item.pk}/impact/",
        *("/catalog/contracts/", "/catalog/services/", "/catalog/expiries/"),
    ]


def test_every_record_stays_text(guard, live_server):
    factories.reference()
    keeper = guard(factories.user("PM", "HIT"))
    shown = {path: "data-xss" in keeper.look(path) for path in spoiled_records()}
    assert [path for path, seen in shown.items() if not seen] == []


def test_people_and_imports_stay_text(guard, live_server):
    admin = factories.user("SYS")
    department = spoil(factories.department())
    person = spoil(factories.user("ENG", department=department))
    rows = [("N1", payload, payload, payload, payload) for payload in PAYLOADS]
    sheet = sheets.sheet(sheets.PEOPLE, [("N0", SHORT[0], department.name, SHORT[1], "2316"), *rows])
    found = receiving.receive("people", sheet, name=f"{SHORT[5]}.xlsx", by=admin, at=START)
    running.run_waiting(at=START)
    keeper = guard(admin)
    paths = ["/people/", f"/people/{person.pk}/", f"/people/{person.pk}/edit/", "/imports/", found.get_absolute_url()]
    shown = {path: "data-xss" in keeper.look(path) for path in paths}
    assert [path for path, seen in shown.items() if not seen] == []
    auditor = guard(factories.user("AUD"))
    assert "data-xss" in auditor.look("/audit/")
