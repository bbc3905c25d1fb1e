"""The steps of an explanation in words and as data."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.pages.lengths import spell
from slas.explain import CLOSED, DAY, DUE, PAUSE, START, WAITS, Explanation, Line


def rows(explanation: Explanation, reasons: dict[str, str]) -> list[dict[str, Any]]:
    """One row per step: kind, when, what, and what is counted so far. reasons: words of the pauses."""
    return [
        {
            "kind": line.kind,
            "when": _when(line),
            "what": _what(line, reasons),
            "seconds": line.seconds,
            "counted": line.counted,
        }
        for line in explanation.lines
        if not (line.kind == CLOSED and not line.name and line.start.weekday() < 5 and line.start == line.end)
    ]


def _when(line: Line) -> str:
    if line.kind in (DAY, CLOSED):
        first, last = (f"{moment:%m-%d}" for moment in (line.start, line.end))
        day = _("%(day)s (%(weekday)s)") % {"day": first, "weekday": weekday(line)}
        return day if first == last else f"{first} – {last}"
    if line.kind == PAUSE:
        return f"{_local(line.start)} – {_local(line.end)}"
    return _local(line.start)


def weekday(line: Line) -> str:
    """The weekday of the step's first day, short."""
    return _("Mon Tue Wed Thu Fri Sat Sun").split()[line.start.weekday()]


def _local(at: Any) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def _what(line: Line, reasons: dict[str, str]) -> str:
    if line.kind == START:
        return _("Reported outside working hours; counts from the next opening") if line.name else _("Counting begins")
    if line.kind == CLOSED:
        return line.name or _("Not a working day")
    if line.kind == DAY:
        hours = "、".join(f"{opens:%H:%M}–{_end(closes)}" for opens, closes in line.windows)
        return f"{line.name} {hours}".strip()
    if line.kind == PAUSE:
        words = {"reason": reasons.get(line.name, line.name), "time": spell(line.seconds, days=False)}
        return _("Paused: %(reason)s; %(time)s of business time left out") % words
    if line.kind == WAITS:
        return _("Paused: %(reason)s; the deadline follows when it ends") % {
            "reason": reasons.get(line.name, line.name)
        }
    return _("Deadline") if line.kind == DUE else ""


def _end(closes: Any) -> str:
    return "24:00" if closes.hour == closes.minute == 0 else f"{closes:%H:%M}"


def as_data(explanation: Explanation) -> dict[str, Any]:
    """The same for machines: moments as ISO text in local time, lengths in business seconds."""
    return {
        "due": _iso(explanation.due),
        "missing_year": explanation.missing_year,
        "left_seconds": explanation.left,
        "steps": [
            {
                "kind": line.kind,
                "start": _iso(line.start),
                "end": _iso(line.end),
                "name": line.name,
                "windows": [[_iso(opens), _iso(closes)] for opens, closes in line.windows],
                "seconds": line.seconds,
                "counted_seconds": line.counted,
            }
            for line in explanation.lines
        ],
    }


def _iso(at: Any) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
