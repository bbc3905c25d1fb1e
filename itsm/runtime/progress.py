"""Long steps say how they go: a moving line on a terminal, else a line every few seconds."""

import shutil
import sys
import threading
import time
from types import TracebackType

_BAR_WIDTH = 24
_SECONDS_BETWEEN_LINES = 4.0
_SECONDS_BETWEEN_FRAMES = 0.2


class Step:
    """A named piece of work, used as a context manager; `advance` moves its bar.

    Without a total it shows the seconds that have passed. It writes to standard error.
    """

    def __init__(self, title: str, total: int = 0) -> None:
        self.title, self.total, self.done, self.detail = title, total, 0, ""
        self._moves = sys.stderr.isatty()
        self._began = time.monotonic()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> "Step":
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()
        word = "done" if kind is None else "stopped"
        self._write(f"{self.title}: {word} in {self._seconds():.1f} s", last=True)

    def advance(self, detail: str = "", by: int = 1) -> None:
        """One more unit is done; `detail` names it."""
        self.done, self.detail = self.done + by, detail

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _show(self) -> None:
        while not self._end.wait(_SECONDS_BETWEEN_FRAMES if self._moves else _SECONDS_BETWEEN_LINES):
            self._write(self._line())

    def _line(self) -> str:
        if not self.total:
            return f"{self.title} … {self._seconds():.0f} s {self.detail}".rstrip()
        part = min(self.done / self.total, 1.0)
        filled = round(part * _BAR_WIDTH)
        bar = "#" * filled + "-" * (_BAR_WIDTH - filled) if self._moves else f"{part:.0%}"
        return f"{self.title} [{bar}] {min(self.done, self.total)}/{self.total} {self.detail}".rstrip()

    def _write(self, line: str, last: bool = False) -> None:
        if not self._moves:
            print(line, file=sys.stderr, flush=True)
            return
        line = line[: shutil.get_terminal_size().columns - 1]
        print(f"\r\x1b[K{line}", end="\n" if last else "", file=sys.stderr, flush=True)


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(sentence, file=sys.stderr, flush=True)
