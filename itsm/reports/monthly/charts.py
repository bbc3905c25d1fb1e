"""PURE: where the columns, lines and bars of a drawing stand. Pages and files draw them as they can."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 24, 26
_STEPS = (1, 2, 5)


class Mark(NamedTuple):
    """A column or a point: its place, what it stands for, and the words beside it."""

    x: float
    y: float
    width: float
    height: float
    label: str


class Series(NamedTuple):
    """One row of marks with the points of the line through them; gaps are left out."""

    name: str
    marks: list[Mark]
    line: str


class Chart(NamedTuple):
    """Series over the same labels, with lines at round values."""

    series: list[Series]
    labels: list[tuple[float, str]]
    grid: list[tuple[float, str]]
    base: float


def columns(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]) -> Chart:
    """Columns side by side, one for each series at each label; None leaves its place empty."""
    top = ceiling(max((v for _name, values in series for v in values if v is not None), default=1))
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    wide = slot * 0.7 / max(1, len(series))
    drawn = []
    for place, (name, values) in enumerate(series):
        start = slot * 0.15 + wide * place
        marks = [_column(LEFT + slot * n + start, v, top, wide) for n, v in enumerate(values) if v is not None]
        drawn.append(Series(name, marks, ""))
    return Chart(drawn, _labels(labels, slot), _grid(top), _y(0, top))


def lines(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], top: float = 100) -> Chart:
    """A line for each series, up to top from a round value below the least of them."""
    low = floor(min((v for _name, values in series for v in values if v is not None), default=0), top)
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    drawn = []
    for name, values in series:
        marks = [
            Mark(round(LEFT + slot * (n + 0.5), 1), round(_y(v, top, low), 1), 0, 0, f"{v:g}")
            for n, v in enumerate(values)
            if v is not None
        ]
        drawn.append(Series(name, marks, " ".join(f"{mark.x},{mark.y}" for mark in marks)))
    return Chart(drawn, _labels(labels, slot), _grid(top, low), _y(low, top, low))


def ceiling(most: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50, … that is not below it."""
    scale = 1
    while True:
        for step in _STEPS:
            if step * scale >= most:
                return float(step * scale)
        scale *= 10


def floor(least: float, top: float = 100) -> float:
    """The round tenth of top that leaves room below the least value; never below 0."""
    tenth = top / 10
    return max(0.0, (least - tenth / 2) // tenth * tenth)


def shares(values: Sequence[int]) -> list[int]:
    """Each in per cent of the greatest; a value above 0 is never drawn as nothing."""
    most = max(values, default=0)
    return [max(1, round(value * 100 / most)) if value and most else 0 for value in values]


def _column(x: float, value: float, top: float, wide: float) -> Mark:
    y = _y(value, top)
    return Mark(round(x, 1), round(y, 1), round(wide * 0.92, 1), round(_y(0, top) - y, 1), f"{value:g}")


def _y(value: float, top: float, low: float = 0) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (min(value, top) - low) / (top - low))


def _labels(labels: Sequence[str], slot: float) -> list[tuple[float, str]]:
    return [(round(LEFT + slot * (n + 0.5), 1), label) for n, label in enumerate(labels)]


def _grid(top: float, low: float = 0) -> list[tuple[float, str]]:
    values = [low + (top - low) * part / 2 for part in range(3)]
    return [(round(_y(value, top, low), 1), f"{value:g}") for value in values]
