"""What people type stays text: every payload in every field that a person can fill, on every page that shows it."""

import pytest
from playwright.sync_api import Browser, Page

from itsm.accounts.models import User
from itsm.catalog.models import Category
from tests import factories
from tests.browser.conftest import DESKTOP, session_of
from tests.browser.payloads import PAYLOADS, PROBE, SHORT
from tests.tickets.stages import reporter
from tickets import conversation, lifecycle
from tickets.models import Ticket

START = factories.at("2026-09-24 09:00")
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
