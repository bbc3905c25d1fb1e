"""PURE: what a person recognises in the line by which a browser introduces itself."""

import re

# The first that fits: the others' lines hold the words of those below as well.
_BROWSERS = (
    ("WeChat", r"MicroMessenger/(\d+)"),
    ("Edge", r"Edg(?:A|iOS)?/(\d+)"),
    ("360", r"QIHU|360SE|360EE"),
    ("QQ", r"QQBrowser/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari"),
    ("Internet Explorer", r"MSIE (\d+)|Trident/"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("Linux", r"Linux|X11"),
)
_LONGEST = 60


def browser_name(line: str) -> str:
    """“Chrome 109 · Windows” of a User-Agent line; its head as it stands when nothing is known in it."""
    parts = [_browser(line), next((name for name, sign in _SYSTEMS if re.search(sign, line)), "")]
    return " · ".join(part for part in parts if part) or line[:_LONGEST]


def _browser(line: str) -> str:
    for name, sign in _BROWSERS:
        if found := re.search(sign, line):
            version = next((group for group in found.groups() if group), "")
            return f"{name} {version}".strip()
    return ""
