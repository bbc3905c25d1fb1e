"""What the page of an edition shows, and the files too: content, sections with their tables, trend, acts."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.reports import words
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Reading
from itsm.reports.monthly import charts, comparing, outline, permissions
from itsm.reports.monthly.content import Content, described, urgent, value_words
from itsm.reports.monthly.enums import Section
from itsm.reports.monthly.models import Edition, Report, Seal
from itsm.reports.monthly.outline import COLUMNS, FIGURES_OF, TABLES_OF, Part
from itsm.reports.monthly.transitions import VERBS, step
from itsm.reports.names import CHOICES
from itsm.reports.readings import HALVES
from tickets.models import Ticket

MOST_ROWS = 15


class Shown(NamedTuple):
    """What a reader gets of an edition: the seal, or the draft, or nothing yet."""

    content: Content | None
    texts: dict[str, str]
    seal: Seal | None


class Line(NamedTuple):
    """A figure of a section, with the addresses of the tickets behind both halves."""

    code: str
    figure: dict[str, Any]
    value: str
    numerator: str
    denominator: str
    before: str
    numerator_url: str
    denominator_url: str


class Row(NamedTuple):
    """A row of a table by a dimension: its name, its share of the greatest, its values."""

    name: str
    share: int
    values: list[str]


class Table(NamedTuple):
    """Figures by a dimension; rest: how many rows are left out, which the workbook holds."""

    title: str
    heads: list[str]
    rows: list[Row]
    rest: int


class Block(NamedTuple):
    """A section with all that it shows."""

    part: Part
    lines: list[Line]
    tables: list[Table]
    major: list[dict[str, Any]]


def shown(edition: Edition, user: User) -> Shown:
    """A sealed edition says what was sealed; a draft is for the authors' side, others keep the last seal."""
    if edition.is_sealed or not user.may("reports.drafts"):
        seal = edition.seals.first()
        return Shown(seal.said, seal.said["texts"], seal) if seal else Shown(None, {}, None)
    drawn = Edition.objects.values_list("drawn", flat=True).get(pk=edition.pk)
    return Shown(json.loads(drawn) if drawn else None, edition.texts, None)


def context(edition: Edition, user: User, *, at: datetime) -> dict[str, Any]:
    """All that the page shows."""
    said = shown(edition, user)
    found = {
        "report": edition.report,
        "edition": edition,
        "editions": list(Edition.objects.visible_to(user).filter(report=edition.report).with_people()),
        "seal": said.seal,
        "acts": acts(edition, user),
        "has_written": permissions.has_written(edition, user),
        "is_overdue": edition.report.is_overdue(at),
        "later": edition.report.editions.filter(number__gt=edition.number, state="approved").first(),
        "may_read_drafts": user.may("reports.drafts"),
    }
    if said.content is None:
        return found
    found["content"], found["contract"] = said.content, said.content["contract"]
    found["as_of"] = datetime.fromisoformat(said.content["as_of"])
    found["difference"] = comparing.differences(said.content, edition.report.period)
    found["blocks"] = blocks(said, edition)
    found["charts"] = trend(said.content)
    return found


def acts(edition: Edition, user: User) -> dict[str, bool]:
    """Which verbs this person may use on the edition as it stands; only the newest edition takes any."""
    if edition.report.editions.filter(number__gt=edition.number).exists():
        return dict.fromkeys(VERBS, False)
    return {verb: step(edition.state, verb) is not None and permissions.can(user, verb, edition) for verb in VERBS}


def blocks(said: Shown, edition: Edition) -> list[Block]:
    """The sections with their figures and tables."""
    content = said.content
    found = []
    for part in outline.parts(content, said.texts):
        lines = [_line(code, content, edition) for code in FIGURES_OF.get(part.code, ()) if code in content["figures"]]
        tables = [_table(Dimension(name), content) for name in TABLES_OF.get(part.code, ())]
        major = [_read(facts) for facts in urgent(content)] if part.code == Section.MAJOR else []
        found.append(Block(part, lines, [table for table in tables if table.rows], major))
    return found


def _line(code: str, content: Content, edition: Edition) -> Line:
    figure, base = content["figures"][code], edition.get_absolute_url()
    reading = Reading(code, figure["numerator"], figure["denominator"])
    halves = (words.numerator(reading), words.denominator(reading))
    known = [
        bool(content["lists"][code][half]) and said != words.NOTHING for half, said in zip(HALVES, halves, strict=True)
    ]
    urls = [f"{base}records/{code}/{half}/" if one else "" for half, one in zip(HALVES, known, strict=True)]
    return Line(code, figure, value_words(figure), *halves, _before(code, content), *urls)


def _before(code: str, content: Content) -> str:
    """The value of the month before."""
    if len(content["trend"]) < 2:
        return "—"
    held = content["trend"][-2]["figures"].get(code)
    unit = content["figures"][code]["unit"]
    return value_words({**(held or described(Reading(code, 0, 0))), "unit": unit})


def _table(dimension: Dimension, content: Content) -> Table:
    kept = [row for row in content["tables"][dimension.value] if _counted(row)]
    if dimension not in CHOICES:  # choices have an order of their own
        kept.sort(key=lambda row: (-_counted(row), row["name"]))
    shares = charts.shares([_counted(row) for row in kept])
    heads = [str(content["figures"][code]["name"]) for code in COLUMNS]
    shown_rows = [
        Row(row["name"], share, [_cell(code, row, content) for code in COLUMNS])
        for row, share in zip(kept[:MOST_ROWS], shares, strict=False)
    ]
    return Table(str(dimension.label), heads, shown_rows, max(0, len(kept) - MOST_ROWS))


def _counted(row: dict[str, Any]) -> int:
    return int(row["figures"].get("N", {}).get("denominator", 0))


def _cell(code: str, row: dict[str, Any], content: Content) -> str:
    held = row["figures"].get(code)
    if held is None:
        return "0" if content["figures"][code]["unit"] == "count" else "—"
    return value_words({**held, "unit": content["figures"][code]["unit"]})


class Drawing(NamedTuple):
    """What a chart shows over the last months; a month that counted nothing is None. Lines are in per cent."""

    title: str
    labels: list[str]
    series: list[tuple[str, list[float | None]]]
    is_lines: bool


def drawings(content: Content) -> list[Drawing]:
    """Two: counts as columns, shares as lines."""
    months = content["trend"]
    labels = [month["period"] for month in months]
    counts = [(_name(code, content), [_value(code, month) or 0 for month in months]) for code in ("N", "R")]
    rates = [(_name(code, content), [_value(code, month) for month in months]) for code in ("K2", "K4", "K6")]
    return [
        Drawing(_("Tickets by month"), labels, counts, is_lines=False),
        Drawing(_("Kept promises by month, in per cent"), labels, rates, is_lines=True),
    ]


def trend(content: Content) -> list[tuple[str, charts.Chart, bool]]:
    """The drawings of the last months as a page draws them. The third says whether it is lines."""
    return [
        (one.title, (charts.lines if one.is_lines else charts.columns)(one.labels, one.series), one.is_lines)
        for one in drawings(content)
    ]


def _name(code: str, content: Content) -> str:
    return str(content["figures"][code]["name"])


def _value(code: str, month: dict[str, Any]) -> float | None:
    held = month["figures"].get(code)
    return None if held is None or held["value"] is None else float(held["value"])


class Record(NamedTuple):
    """A sealed ticket as the list shows it; url is empty where the reader may not open it today."""

    facts: dict[str, Any]
    url: str


def records(content: Content, code: str, half: str, user: User) -> tuple[list[Record], int]:
    """The tickets behind a half of a figure, as they were sealed; and how many this person may not see.

    Raises KeyError for an unknown figure or half.
    """
    numbers = content["lists"][code][half]
    seen = set(visible(numbers, user).values_list("number", flat=True))
    found = [Record(_read(content["records"][number]), f"/tickets/{number}/") for number in numbers if number in seen]
    return found, len(numbers) - len(found)


def visible(numbers: list[str], user: User) -> QuerySet:
    """Those of these tickets that the person may see."""
    return Ticket.objects.visible_to(user).filter(number__in=numbers)


def _read(facts: dict[str, Any]) -> dict[str, Any]:
    moments = ("reported_at", "responded_at", "resolved_at")
    return {**facts, **{name: datetime.fromisoformat(facts[name]) if facts[name] else None for name in moments}}


def newest(report: Report, user: User) -> Edition | None:
    """The newest edition that this person may read."""
    return Edition.objects.visible_to(user).filter(report=report).with_people().order_by("-number").first()


def title_of(code: str) -> str:
    """Code and name of a figure."""
    return f"{code} {FIGURES[code].name}" if code in FIGURES else code
