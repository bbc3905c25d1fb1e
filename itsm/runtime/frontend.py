"""Third-party files of the pages: installed by npm, and only what the pages use is copied.

The result is <state>/frontend/vendor/… and <state>/frontend/icons.svg. Nothing of it is committed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from itsm.runtime import installation, process
from itsm.runtime.failure import Failure
from itsm.runtime.icons import ICONS
from itsm.runtime.places import Places

VENDOR_FILES: dict[str, str] = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "echarts/dist/echarts.common.min.js": "echarts/echarts.common.min.js",
    "echarts/LICENSE": "echarts/LICENSE.txt",
    "echarts/NOTICE": "echarts/NOTICE.txt",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select/tom-select.bootstrap5.min.css",
    "tom-select/dist/js/tom-select.complete.min.js": "tom-select/tom-select.complete.min.js",
}
_SOURCE_MAP = re.compile(rb"\n?(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
_SVG = re.compile(r"<svg([^>]*)>(.*)</svg>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_ATTRIBUTES_KEPT = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
_CANVAS = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def ensure(places: Places, *, again: bool = False) -> None:
    """Install with npm and copy, unless the files there are of this lock and this list of icons.

    Uses the machine's npm, else Node from a wheel put into .venv. Raises Failure with npm's last
    lines, or with the name of a file or icon that the packages do not have.
    """
    target = places.state / "frontend"
    stamp, sign = target / ".stamp", _sign(places)
    if not again and stamp.exists() and stamp.read_text(encoding="ascii") == sign:
        return
    modules = places.base / "node_modules"
    installed, lock = modules / ".lock-sign", _digest([places.checkout / "package-lock.json"])
    if not installed.exists() or installed.read_text(encoding="ascii") != lock:
        _npm(places)
        installed.write_text(lock, encoding="ascii")
    stamp.unlink(missing_ok=True)
    collect(modules, target)
    stamp.write_text(sign, encoding="ascii")


def collect(modules: Path, target: Path) -> None:
    """Copy the vendor files and write the sprite; what was in `target` before goes away."""
    shutil.rmtree(target / "vendor", ignore_errors=True)
    for source, name in VENDOR_FILES.items():
        path = target / "vendor" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            content = (modules / source).read_bytes()
        except FileNotFoundError as error:
            raise Failure(f"The front-end package has no {source}.") from error
        path.write_bytes(_SOURCE_MAP.sub(b"\n", content))
    (target / "icons.svg").write_text(sprite(modules, ICONS), encoding="utf-8")


def sprite(modules: Path, names: Iterable[str]) -> str:
    """One SVG with a symbol per icon; raises Failure naming an icon that does not exist."""
    symbols = "\n".join(_symbol(modules / "@tabler" / "icons" / "icons", name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(folder: Path, name: str) -> str:
    kind, file = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    try:
        text = (folder / kind / f"{file}.svg").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Failure(f"There is no {kind} icon {file!r}; correct itsm/runtime/icons.py.") from error
    found = _SVG.search(text)
    if found is None:
        raise Failure(f"The icon {name!r} is no SVG.")
    given = dict(_ATTRIBUTE.findall(found[1]))
    kept = " ".join(f'{key}="{given[key]}"' for key in _ATTRIBUTES_KEPT if key in given)
    drawing = " ".join(_CANVAS.sub("", found[2]).split())
    return f'<symbol id="{name}" {kept}>{drawing}</symbol>'


def _npm(places: Places) -> None:
    npm = shutil.which("npm")
    path = os.environ.get("PATH", os.defpath)
    if npm is None or subprocess.run([npm, "--version"], capture_output=True).returncode:
        installation.install(places, "node")
        path = f"{places.venv / 'bin'}{os.pathsep}{path}"
        npm = str(places.venv / "bin" / "npm")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    process.run_step("Installing front-end packages", command, cwd=places.base, env={**os.environ, "PATH": path})


def _sign(places: Places) -> str:
    own = places.checkout / "itsm" / "runtime"
    return _digest([places.checkout / "package-lock.json", own / "icons.py", own / "frontend.py"])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """python -m itsm.runtime.frontend NODE_MODULES TARGET: what the image's build uses."""
    if len(sys.argv) != 3:
        sys.exit("usage: python -m itsm.runtime.frontend NODE_MODULES TARGET")
    try:
        collect(Path(sys.argv[1]), Path(sys.argv[2]))
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
