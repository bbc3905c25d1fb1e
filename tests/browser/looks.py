"""What is wrong with a page at desk and phone width, in light and dark: what axe, its width and its menus tell.

A page is loaded once for its four looks: a script of ours that asks how wide it is hears when that changes, and
the theme follows the machine's while a page is open (static/js/early.js).
"""

from itertools import product

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOOKS = tuple(product((DESKTOP, PHONE), ("light", "dark")))
_ASK = """async ([source, rules, theme]) => {
  if (!window.axe) (0, eval)(source);
  const themed = () => document.documentElement.dataset.bsTheme === theme;
  for (let tries = 0; tries < 100 && !themed(); tries++) await new Promise((on) => setTimeout(on, 20));
  const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
  const over = document.documentElement.scrollWidth - window.innerWidth;
  const outside = [];
  for (const menu of document.querySelectorAll("details.menu:not([open])")) {
    if (!menu.getClientRects().length) continue;
    menu.open = true;
    await new Promise((on) => setTimeout(on, 20));
    const panel = menu.querySelector(".menu-panel")?.getBoundingClientRect();
    if (panel && (panel.left < 0 || panel.right > window.innerWidth)) outside.push(menu.innerText.slice(0, 20));
    menu.open = false;
  }
  const places = (rule) => rule.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ");
  return [
    ...(themed() ? [] : [`is not ${theme}`]),
    ...(over > 0 ? [`is ${over} px too wide`] : []),
    ...outside.map((menu) => `opens a menu out of the screen: ${menu}`),
    ...found.violations.map((rule) => `${rule.id} at ${places(rule)}`),
  ];
}"""


def faults_of(page: Page, path: str) -> list[str]:
    """Open the address and look at it in every way."""
    page.goto(path)
    return faults_now(page)


def faults_now(page: Page) -> list[str]:
    """The same of the page as it stands, with whatever was opened and typed there."""
    found = []
    for (width, height), theme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        faults = page.evaluate(_ASK, [AXE_SCRIPT, RULES, theme])
        found += [f"{page.url} {width} {theme}: {fault}" for fault in faults]
    return found


def unfold(page: Page) -> None:
    """Open whatever is folded away in the page's content: the forms of the verbs."""
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
