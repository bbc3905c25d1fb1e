"""The table of figures, and which goals of the product were met."""

import json
import unicodedata
from dataclasses import asdict, dataclass

PARTS = ("sweep", "growth", "pages", "create", "figures", "export", "business-time")


class WrongAnswer(Exception):
    """What was measured did not do its job: there is no figure, and the sentence says why."""


@dataclass(frozen=True)
class Goal:
    """A limit on one figure. binding: a miss fails the run; absolute times depend on the machine and do not."""

    words: str
    value: float
    limit: float
    binding: bool
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure keeps the limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "ok" if self.met else "MISS" if self.binding else "miss (reported only)"
        return f"{self.words} {sign} {self.limit:g}: {self.value:.2f} {verdict}"


@dataclass(frozen=True)
class Row:
    """One job's figures at product and floor; None where there is none."""

    key: str
    label: str
    product: float
    floor: float | None
    unit: str
    product_cpu: float | None
    floor_cpu: float | None
    queries: int | None
    wrong: int
    goals: tuple[Goal, ...]

    @property
    def holds(self) -> bool:
        """Every answer was right and every binding goal met."""
        return not self.wrong and all(goal.met or not goal.binding for goal in self.goals)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _fit(text: str, width: int, *, right: bool = False) -> str:
    blank = " " * max(0, width - _width(text))
    return blank + text if right else text + blank


def _number(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _ratio(over: float | None, under: float | None) -> str:
    return "–" if not over or not under else f"{over / under:.2f}"


HEADINGS = ("job", "product", "floor", "unit", "ratio", "CPU ms", "floor", "ratio", "queries", "goals")
WIDTHS = (38, 8, 8, 7, 6, 7, 7, 6, 7, 0)


def table(rows: list[Row]) -> str:
    """The figures for people."""
    lines = [_line(HEADINGS)]
    for row in rows:
        verdicts = "; ".join(map(str, row.goals)) if not row.wrong else f"WRONG ANSWERS: {row.wrong}"
        lines.append(
            _line((
                row.label, _number(row.product), _number(row.floor), row.unit, _ratio(row.product, row.floor),
                _number(row.product_cpu), _number(row.floor_cpu), _ratio(row.product_cpu, row.floor_cpu),
                "–" if row.queries is None else str(row.queries), verdicts,
            ))
        )  # fmt: skip
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    fitted = [
        _fit(cell, width, right=place not in (0, 3, 9))
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ]
    return "  ".join(fitted).rstrip()


def as_json(rows: list[Row], tickets: int) -> str:
    """The figures for machines."""
    jobs = [{**asdict(row), "goals": [{**asdict(goal), "met": goal.met} for goal in row.goals]} for row in rows]
    return json.dumps({"tickets": tickets, "jobs": jobs}, ensure_ascii=False, indent=2)
