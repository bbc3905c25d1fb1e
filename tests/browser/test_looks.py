"""The four looks see what they are there for, and may share one loaded page."""

from pathlib import Path

from django.conf import settings

from tests.browser.looks import faults_now, faults_of

DRAW = """() => document.querySelector("main").insertAdjacentHTML("beforeend",
  '<img src="data:,"><p id="pale">看不清的一行字</p><div id="wide"></div>')"""
PAINT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`#pale { color: #888; background: #999; } [data-bs-theme=light] #pale { color: #000; }
    #wide { height: 1px; width: 1000px; }`);
  document.adoptedStyleSheets.push(sheet);
}"""


def test_each_look_finds_its_own_faults(visit):
    page = visit()
    assert faults_of(page, "/sign-in/") == []
    page.evaluate(DRAW)
    page.evaluate(PAINT)
    found = {(fault.split()[1], fault.split()[2].strip(":"), fault.split()[3]) for fault in faults_now(page)}
    everywhere = {(width, theme, "image-alt") for width in ("1366", "375") for theme in ("light", "dark")}
    dark = {(width, "dark", "color-contrast") for width in ("1366", "375")}
    assert found == everywhere | dark | {("375", "light", "is"), ("375", "dark", "is")}


def test_a_script_that_asks_how_wide_it_is_hears_when_that_changes():
    asks, hears = ("innerWidth", "clientWidth", "matchMedia"), ("ResizeObserver", 'addEventListener("change"')
    deaf = []
    for path in Path(settings.BASE_DIR, "static/js").glob("*.js"):
        script = path.read_text(encoding="utf-8")
        if any(word in script for word in asks) and not any(word in script for word in hears):
            deaf.append(path.name)
    assert deaf == []
