"""Which version of the product this is."""

import shutil
import subprocess
from pathlib import Path

VERSION = "0.3.0"


def commit() -> str:
    """The commit of a checkout; nothing in an image, which carries its tag instead."""
    root, git = Path(__file__).resolve().parents[1], shutil.which("git")
    if not git or not (root / ".git").exists():
        return ""
    command = [git, "-C", str(root), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603  our own words
    return done.stdout.strip()
