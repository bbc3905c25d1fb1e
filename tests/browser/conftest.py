"""A real Chromium against the real pages."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from itsm.accounts.models import User
from itsm.runtime import chromium
from tests import factories

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP, PHONE = (1366, 768), (375, 667)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser at a time: the tests of this folder share a worker."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The machine's own browser."""
    return {**browser_type_launch_args, "executable_path": chromium.require(), "args": ARGUMENTS}


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: object) -> Iterator[Visit]:
    """`visit(user=None, size=DESKTOP, theme="light")`: a new page; at the end no script may have failed."""
    contexts, complaints = [], []

    def opened(user: User | None = None, size: tuple[int, int] = DESKTOP, theme: str = "light") -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        if user:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        page.on(
            "request", lambda request: complaints.append(request.url) if _is_foreign(request, live_server) else None
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _is_fault(message: object) -> bool:
    """A script error or a refused policy; a status code that a test asks for is none."""
    return message.type == "error" and "Failed to load resource" not in message.text


def _is_foreign(request: object, live_server: object) -> bool:
    return not request.url.startswith((live_server.url, "data:", "blob:"))


def session_of(user: User) -> str:
    """A session as signing in makes it."""
    client = Client()
    client.force_login(user)
    return client.session.session_key


class Stage:
    """A small hospital for the journeys."""

    def __init__(self) -> None:
        factories.reference()
        self.department = factories.department(name="消化内科", initials="xhnk", code="XHNK")
        self.vendor = factories.vendor(name="示例软件乙（EMR原厂）")
        self.engineer = factories.user("ENG", name="马超", job_title="EMR 驻场工程师", work_number="machao")
        self.other = factories.user("ENG", name="许昌明", job_title="LIS 驻场工程师", work_number="xuchangming")
        self.desk = factories.user("DSK", name="王倩", job_title="服务台调度", work_number="wangqian")
        self.manager = factories.user("PM", name="陈立", job_title="现场项目经理", work_number="chenli")
        self.system = factories.system(
            name="电子病历系统",
            code="EMR",
            initials="dzblxt",
            tier="A",
            vendor=self.vendor,
            primary_owner=self.engineer,
            backup_owner=self.other,
        )
        self.module = factories.module(self.system, name="病程")
        self.category = factories.category(name="接口超时")


@pytest.fixture
def stage(live_server: object) -> Stage:
    """Reference data and people, committed."""
    return Stage()
