"""The thirteen sections: their numbers, what each says by itself from the figures, and which figures it shows."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from itsm.reports.assessment import reporting
from itsm.reports.enums import Dimension
from itsm.reports.monthly.content import Content, of_kind, urgent, value_words
from itsm.reports.monthly.enums import Section
from tickets.enums import Kind

NUMERALS = "一二三四五六七八九十"
FIGURES_OF: dict[str, tuple[str, ...]] = {
    Section.TICKETS: ("N", "R"),
    Section.LEVELS: (
        *("K1", "K1M", "K1P", "K1W", "K2", "K3", "K4", "K5", "K5G", "K6", "K7", "K7O", "K8"),
        *("K9", "K9A", "K9B", "K9C", "K9D", "K9E"),
    ),
    Section.ROUNDS: ("K20",),
    Section.AVAILABILITY: ("K12", "K13"),
    Section.FOLLOW_UPS: ("K10", "K11", "K11M", "K31", "K31T", "K31H"),
}
TABLES_OF: dict[str, tuple[str, ...]] = {
    Section.TICKETS: ("source", "system", "department", "kind", "priority"),
}
COLUMNS = ("N", "R", "K2", "K4", "K6", "K9")


class Part(NamedTuple):
    """A section of a report: its numeral and title, what it says by itself, what the author wrote."""

    code: str
    numeral: str
    title: str
    said: list[str]
    text: str


def numeral(position: int) -> str:
    """一 for 1, 十三 for 13."""
    tens, ones = divmod(position, 10)
    return ("十" if tens else "") + (NUMERALS[ones - 1] if ones else "")


def parts(content: Content | None, texts: dict[str, str]) -> list[Part]:
    """All sections in their order."""
    return [
        Part(
            section.value,
            numeral(position),
            str(section.label),
            said(section, content) if content else [],
            texts.get(section.value, ""),
        )
        for position, section in enumerate(Section, start=1)
    ]


def said(section: Section, content: Content) -> list[str]:
    """The sentences that follow from the figures; nothing where only the author knows."""
    write = _WRITERS.get(section)
    return write(content) if write else []


def _words(content: Content, *codes: str) -> dict[str, Any]:
    figures = content["figures"]
    values = {code: value_words(figures[code]) for code in codes}
    parts_of = {f"{code}n": figures[code]["numerator"] for code in codes}
    return {**values, **parts_of, **{f"{code}d": figures[code]["denominator"] for code in codes}}


def _overview(content: Content) -> list[str]:
    period, contract = content["period"], content["contract"]
    lines = [_("This report is about %(first)s to %(last)s.") % {"first": period["first"], "last": period["last"]}]
    if contract:
        lines.append(_("Contract %(number)s, %(title)s; phase: %(phase)s.") % {**contract, "phase": contract["phase"]})
    return lines


def _tickets(content: Content) -> list[str]:
    words = _words(content, "N", "R")
    kinds = {"incidents": of_kind(content, Kind.INCIDENT), "requests": of_kind(content, Kind.REQUEST)}
    return [
        _("%(N)s tickets were reported, %(incidents)s of them incidents and %(requests)s service requests.")
        % {**words, **kinds},
        _("%(R)s tickets were resolved.") % words,
    ]


def _levels(content: Content) -> list[str]:
    words = _words(content, "K1", "K2", "K4", "K5", "K6", "K7", "K8", "K9")
    return [
        _("First response after %(K1)s on average; %(K2)s in time (%(K2n)s of %(K2d)s).") % words,
        _("Resolved in time: %(K4)s (%(K4n)s of %(K4d)s); restored after %(K5)s on average.") % words,
        _("Solved at the first go %(K6)s, recurred %(K7)s, reopened %(K8)s.") % words,
        _("Open at the end: %(K9d)s, overdue: %(K9n)s.") % words,
    ]


def _major(content: Content) -> list[str]:
    found = len(urgent(content))
    if not found:
        return [_("No P1 incident was reported.")]
    return [_("P1 incidents reported: %(count)s.") % {"count": found}]


def _changes(content: Content) -> list[str]:
    words = {"bugs": of_kind(content, Kind.BUG), "corrections": of_kind(content, Kind.DATA_CORRECTION)}
    return [_("Bugs reported: %(bugs)s; data corrections asked for: %(corrections)s.") % words]


def _rounds(content: Content) -> list[str]:
    words = {**_words(content, "K20"), "findings": of_kind(content, Kind.FINDING)}
    return [
        _("Hidden risks found: %(findings)s. Found by ourselves: %(K20)s (%(K20n)s of %(K20d)s).") % words,
    ]


def _availability(content: Content) -> list[str]:
    """Every system that was out without agreement; nothing in a report that was sealed before outages were noted."""
    if "K12" not in content["figures"]:
        return []
    lines = [_("Availability of the systems together: %(K12)s.") % _words(content, "K12")]
    for row in content["tables"][Dimension.SYSTEM.value]:
        held = row["figures"].get("K12")
        if held and held["numerator"] < held["denominator"]:
            minutes = Decimal(held["denominator"] - held["numerator"]) / 60
            words = {"system": row["name"], "value": held["value"], "minutes": f"{minutes:.2f}"}
            lines.append(
                _("%(system)s: available %(value)s %%, out without agreement for %(minutes)s minutes.") % words
            )
    return lines


def _requirements(content: Content) -> list[str]:
    words = {"own": of_kind(content, Kind.REQUIREMENT), "policy": of_kind(content, Kind.POLICY_INTERFACE)}
    return [_("Requirements received: %(own)s; policy interfaces: %(policy)s.") % words]


def _follow_ups(content: Content) -> list[str]:
    words = _words(content, "K10", "K11", "K11M", "K31", "K31H")
    return [
        _("Follow-up calls done: %(K10)s (%(K10n)s of %(K10d)s).") % words,
        _("Satisfied: %(K11)s (%(K11n)s of %(K11d)s); mean rating: %(K11M)s.") % words,
        _("Complaints received: %(K31d)s, found to be true: %(K31n)s.") % words,
    ]


def _assessment(content: Content) -> list[str]:
    """Nothing in a report that was sealed before there were assessments."""
    return reporting.said(content["assessments"]) if "assessments" in content else []


_WRITERS = {
    Section.OVERVIEW: _overview,
    Section.TICKETS: _tickets,
    Section.LEVELS: _levels,
    Section.MAJOR: _major,
    Section.CHANGES: _changes,
    Section.ROUNDS: _rounds,
    Section.AVAILABILITY: _availability,
    Section.REQUIREMENTS: _requirements,
    Section.FOLLOW_UPS: _follow_ups,
    Section.ASSESSMENT: _assessment,
}
