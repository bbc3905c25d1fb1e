"""The browser of the tests: found on the machine, or brought by apt-get when root asks on Debian."""

import os
import shutil
from pathlib import Path

from itsm.runtime import process
from itsm.runtime.failure import Failure

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_PACKAGES = ("chromium", "libatomic1", "fonts-wqy-zenhei")
_COMMAND = "apt-get install --no-install-recommends " + " ".join(_PACKAGES)
_CHINESE_FONTS = ("wqy-*", "NotoSansCJK*", "NotoSerifCJK*", "SourceHan*", "uming*", "ukai*", "simsun*")
_LIBRARY_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", str(Path.home() / ".fonts"))


def find() -> str | None:
    """The browser's path: $CHROMIUM, else the first of the usual names on PATH."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def require() -> str:
    """The browser's path; root on Debian gets what is missing installed.

    Raises Failure with the command to type when the browser or its library is missing. A missing
    Chinese font is no reason to stop: the pages work, their pictures show boxes.
    """
    browser = find()
    if os.environ.get("CHROMIUM") and browser is None:
        raise Failure(f"CHROMIUM names no program: {os.environ['CHROMIUM']}")
    if browser and _has_library() and (_has_chinese_font() or not _may_install()):
        return browser
    if not _may_install():
        raise Failure(f"The browser tests need Chromium and libatomic1: sudo {_COMMAND}")
    _install()
    browser = find()
    if browser is None:
        raise Failure(f"Chromium was installed but is not found; set CHROMIUM, or try: {_COMMAND}")
    return browser


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    root = Path("/")
    process.run_step("Reading the package lists", ["apt-get", "update", "-q"], cwd=root, env=environment)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *_PACKAGES]
    process.run_step("Installing Chromium", command, cwd=root, env=environment)


def _has_library() -> bool:
    """Whether libatomic is there, which Playwright's own Node needs."""
    return any(
        next(Path(folder).glob(pattern), None) is not None
        for folder in _LIBRARY_FOLDERS
        for pattern in ("libatomic.so.1*", "*-linux-*/libatomic.so.1*")
    )


def _has_chinese_font() -> bool:
    return any(
        next(Path(folder).rglob(pattern), None) is not None for folder in _FONT_FOLDERS for pattern in _CHINESE_FONTS
    )
