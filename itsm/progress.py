"""Progress of a long command: a bar on a terminal, a line every few seconds without one."""

import time
from types import TracebackType
from typing import Protocol, Self

LINE_SECONDS = 3.0
BAR_SECONDS = 0.1
WIDTH = 30


class Output(Protocol):
    """Where progress is written: a management command's stdout."""

    def write(self, text: str, ending: str = "\n") -> object:
        """Write one text."""


class Progress:
    """`with Progress("tickets", 1000, self.stdout) as progress: progress.show(done)`."""

    def __init__(self, what: str, total: int, output: Output) -> None:
        self.what, self.total, self.output = what, total, output
        self.live = bool(getattr(output, "isatty", lambda: False)())
        self.shown_at = 0.0

    def __enter__(self) -> Self:
        self.show(0)
        return self

    def show(self, done: int) -> None:
        """Tell how far it is, if enough time has passed since it was last told or it is done."""
        now = time.monotonic()
        if done < self.total and now - self.shown_at < (BAR_SECONDS if self.live else LINE_SECONDS):
            return
        self.shown_at = now
        share = done / self.total if self.total else 1.0
        if self.live:
            bar = "█" * int(share * WIDTH)
            self.output.write(f"\r{self.what} [{bar:<{WIDTH}}] {share:4.0%}", ending="")
        else:
            self.output.write(f"{self.what}: {done} of {self.total} ({share:.0%})")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            self.output.write("")
